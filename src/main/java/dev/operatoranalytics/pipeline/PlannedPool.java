package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.Sql;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pool of rewards that nobody submitted.
 *
 * @param kind as in {@code rewards_submissions.submission_kind}
 * @param avs null unless an AVS pays
 * @param operatorSet {@code <avs>-<number>}; null unless it pays an operator set
 * @param strategies and their multipliers, in wads
 * @param amount for all days, in base units; of all operators when it is directed
 * @param operatorAmounts for all days, in base units; null unless it is directed
 * @param start first UTC day that it pays
 * @param days number of days that it pays
 */
public record PlannedPool(
    String kind,
    @Nullable String avs,
    @Nullable String operatorSet,
    List<PoolPart> strategies,
    BigInteger amount,
    @Nullable List<PoolPart> operatorAmounts,
    LocalDate start,
    int days) {

  /** An address and its multiplier or amount. */
  public record PoolPart(String address, BigInteger number) {}

  /**
   * Stages what the pool pays for one of its days, in temporary tables with the names of the tables
   * and steps of {@link Stages#REWARDS}.
   *
   * @param state a connection whose transaction allows temporary tables
   * @throws StateNotKnown when the snapshot of the day, or of the next where the kind needs it, is
   *     not there
   */
  public void stage(Connection state, LocalDate date, PipelineSettings settings)
      throws SQLException {
    var day = addedOn(date);
    var basis = Partitions.SNAPSHOT.done(state, day);
    if (basis == null) {
      throw new StateNotKnown("%s has no daily snapshot".formatted(day));
    }
    Sql.update(
        state,
        """
        create temporary table rewards_submissions on commit drop
        as select * from rewards_submissions with no data
        """);
    try (var statement =
        state.prepareStatement(
            """
            insert into pg_temp.rewards_submissions (
                submission_hash, submission_kind, avs_id, operator_set_id, submitter, token, amount,
                start_date, end_date, submitted_at, strategies_and_multipliers, operator_rewards
            )
            values ('', ?, ?, ?, '', '', ?, ?, ?, ?::timestamptz, ?::jsonb, ?::jsonb)
            """)) {
      statement.setString(1, kind);
      statement.setString(2, avs);
      statement.setString(3, operatorSet);
      statement.setBigDecimal(4, new BigDecimal(amount));
      statement.setObject(5, start);
      statement.setObject(6, start.plusDays(days));
      statement.setString(7, start.atStartOfDay(ZoneOffset.UTC).toInstant().toString());
      statement.setString(8, json("strategy", "multiplier", strategies));
      statement.setString(
          9, operatorAmounts == null ? null : json("operator", "amount", operatorAmounts));
      statement.executeUpdate();
    }
    SqlFile.set(state, Map.of("day", day.toString()));
    Stages.planRewards(state);
    new StageRunner(state, state)
        .stage(
            Stages.REWARDS,
            List.of(),
            RebuildBounds.endOf(day, basis.untilBlock(), Instant.EPOCH, settings));
  }

  /** The newest day whose amounts can be computed; null when no day was taken. */
  public static @Nullable LocalDate newest(Connection state, String kind) throws SQLException {
    try (var statement =
            state.prepareStatement(
                """
                select max(partition_date)
                from pipeline_partitions
                where stage = 'snapshot' and status = 'DONE'
                """);
        var row = statement.executeQuery()) {
      row.next();
      var newest = row.getObject(1, LocalDate.class);
      return newest == null || !isByStake(kind) ? newest : newest.minusDays(1);
    }
  }

  /** Submissions by stake are added one day later. */
  private LocalDate addedOn(LocalDate date) {
    return isByStake(kind) ? date.plusDays(1) : date;
  }

  private static boolean isByStake(String kind) {
    return kind.equals("UNIQUE_STAKE") || kind.equals("TOTAL_STAKE");
  }

  private static String json(String address, String number, List<PoolPart> parts) {
    return parts.stream()
        .map(
            part ->
                "{\"%s\": \"%s\", \"%s\": \"%s\"}"
                    .formatted(address, part.address(), number, part.number()))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
