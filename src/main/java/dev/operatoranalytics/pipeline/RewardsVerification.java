package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.ClaimTree;
import dev.operatoranalytics.database.Sql;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the claim tree of the computed days with a root on chain, and the computed amounts with
 * the published ones when they were imported.
 *
 * @param untilDate first day whose rewards are not in the tree
 * @param expected root on chain
 * @param computed root of the computed amounts
 * @param published root of the imported published amounts; null when none were imported
 * @param earners number of earners with a computed amount
 * @param difference the first earner and token, by address, whose amounts differ; null when none
 *     does or nothing was published
 * @param summedUntil first day that is not in the sums of the root's month, when these hold days
 *     that the tree does not; null otherwise
 */
public record RewardsVerification(
    long rootIndex,
    LocalDate untilDate,
    String expected,
    String computed,
    @Nullable String published,
    int earners,
    @Nullable Difference difference,
    @Nullable LocalDate summedUntil) {

  /** Amounts in base units that differ; null where one side has none. */
  public record Difference(
      String earner, String token, @Nullable BigDecimal computed, @Nullable BigDecimal published) {}

  private record ChainRoot(LocalDate untilDate, String root) {}

  private static final String COMPUTED =
      """
      select earner, token, sum(amount) as amount
      from (
          select earner, token, amount from earner_daily_rewards where snapshot_date < ?
          union all
          select earner, token, amount
          from earner_monthly_rewards
          join earner_summed_months using (month)
          where until_date <= ?
      ) as added
      group by earner, token
      """;

  public boolean isEqual() {
    return computed.equals(expected);
  }

  /** Returns empty when there is no such root. */
  public static Optional<RewardsVerification> of(Connection state, long rootIndex)
      throws SQLException {
    var root = root(state, rootIndex);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    var until = root.get().untilDate;
    var computed = tree(state, COMPUTED, until, until);
    var published =
        tree(
            state,
            "select earner, token, cumulative_amount from published_rewards where until_date = ?",
            until);
    return Optional.of(
        new RewardsVerification(
            rootIndex,
            until,
            root.get().root,
            computed.root(),
            published.size() == 0 ? null : published.root(),
            computed.size(),
            published.size() == 0 ? null : difference(state, until).orElse(null),
            summedUntil(state, until)));
  }

  /** Says why the trees differ, as far as it can be told; null when they are equal or it cannot. */
  public @Nullable String hint() {
    if (isEqual()) {
      return null;
    }
    if (summedUntil != null) {
      return "days before %s are summed already, so the tree of an earlier day cannot be built; backfill analytics --from %s --to %s --reprocess all computes them again"
          .formatted(summedUntil, untilDate.withDayOfMonth(1), summedUntil.minusDays(1));
    }
    if (published == null) {
      return "import rewards FILE tells which earner differs";
    }
    if (difference == null) {
      return "the published amounts equal the computed ones, so the root was built from others: the"
          + " imported file is of another day or of a tree that was replaced, or it lacks"
          + " earners that are not computed either";
    }
    return null;
  }

  private static @Nullable LocalDate summedUntil(Connection state, LocalDate until)
      throws SQLException {
    return Sql.first(
            state,
            "select until_date from earner_summed_months where month < ? and until_date > ?",
            row -> row.getObject(1, LocalDate.class),
            until,
            until)
        .orElse(null);
  }

  private static Optional<ChainRoot> root(Connection state, long rootIndex) throws SQLException {
    return Sql.first(
        state,
        "select until_date, root from distribution_roots where root_index = ?",
        row -> new ChainRoot(row.getObject(1, LocalDate.class), row.getString(2)),
        rootIndex);
  }

  private static ClaimTree tree(Connection state, String sql, LocalDate... days)
      throws SQLException {
    var tree = new ClaimTree();
    try (var statement = state.prepareStatement(sql)) {
      for (var i = 0; i < days.length; i++) {
        statement.setObject(i + 1, days[i]);
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          tree.put(
              new Address(rows.getString(1)),
              new Address(rows.getString(2)),
              rows.getBigDecimal(3).toBigIntegerExact());
        }
      }
    }
    return tree;
  }

  private static Optional<Difference> difference(Connection state, LocalDate until)
      throws SQLException {
    return Sql.first(
        state,
        """
        select earner, token, computed.amount, published.cumulative_amount
        from (%s) as computed
        full join (
            select earner, token, cumulative_amount from published_rewards where until_date = ?
        ) as published using (earner, token)
        where computed.amount is distinct from published.cumulative_amount
        order by earner collate "C", token collate "C"
        limit 1
        """
            .formatted(COMPUTED),
        row ->
            new Difference(
                row.getString(1), row.getString(2), row.getBigDecimal(3), row.getBigDecimal(4)),
        until,
        until,
        until);
  }
}
