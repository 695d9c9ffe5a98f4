package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.AsOf;
import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.PipelineSettings;
import dev.operatoranalytics.pipeline.PlannedPool;
import dev.operatoranalytics.pipeline.PlannedPool.PoolPart;
import dev.operatoranalytics.pipeline.StateNotKnown;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a planned pool of rewards would pay: the stage of the pipeline computes it in temporary
 * tables, which the nouns read.
 */
@Singleton
class RewardPreviews implements AsOf {
  // bounds of the contract
  private static final BigInteger MAX_AMOUNT = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
  private static final BigInteger MAX_MULTIPLIER = BigInteger.ONE.shiftLeft(96);
  private static final int MAX_DAYS = 730;

  private static final int MAX_STRATEGIES = 100;
  private static final int MAX_OPERATORS = 5_000;
  private static final Set<String> SETS =
      Set.of("OPERATOR_DIRECTED_SET", "UNIQUE_STAKE", "TOTAL_STAKE");
  private static final Set<String> AVSES = Set.of("AVS", "OPERATOR_DIRECTED_AVS");

  private static final Noun PREVIEW =
      Noun.of("RewardPreview")
          .rows(
              """
              select
                  days.reward_date,
                  days.submission_kind,
                  days.end_date - days.start_date as days,
                  case when days.operator_rewards is null then days.tokens_per_day end
                      as tokens_per_day,
                  paid.*,
                  case
                      when days.operator_rewards is null
                          then days.tokens_per_day
                              - paid.operators_amount - paid.stakers_amount - paid.refund_amount
                  end as unpaid_amount,
                  case when paid.approximate_reason is null then 'EXACT' else 'APPROXIMATE' end
                      as exactness
              from submission_days as days
              cross join (
                  select
                      coalesce(sum(operator_amount), 0) as operators_amount,
                      coalesce(sum(stakers_amount), 0) as stakers_amount,
                      coalesce(sum(refund_amount), 0) as refund_amount,
                      min(approximate_reason) as approximate_reason
                  from operator_daily_rewards
              ) as paid
              """)
          .key("reward_date")
          .column("date", "reward_date", ColumnType.DATE)
          .column("kind", "submission_kind", ColumnType.ENUM)
          .counts("days")
          .amounts(
              "tokensPerDay", "operatorsAmount", "stakersAmount", "refundAmount", "unpaidAmount")
          .enums("exactness", "approximateReason")
          .relation("operators", Relation.all())
          .relation("earners", Relation.all());

  private static final Noun OPERATOR =
      Noun.of("RewardPreviewOperator")
          .rows("select * from operator_daily_rewards where operator_id <> ''")
          .key("operator_id")
          .order("stakers_amount desc", "operator_id")
          .column("address", "operator_id", ColumnType.TEXT)
          .relation("operator", Relation.on("operator_id"))
          .amounts("operatorAmount", "stakersAmount", "refundAmount")
          .counts("commissionBips")
          .enums("exactness", "approximateReason");

  private static final Noun EARNER =
      Noun.of("RewardPreviewEarner")
          .rows("select earner, amounts[1] as amount from earner_days")
          .key("earner")
          .order("amount desc", "earner")
          .texts("earner")
          .amounts("amount");

  static final List<Noun> NOUNS = List.of(PREVIEW, OPERATOR, EARNER);

  private final PipelineSettings settings;

  RewardPreviews(PipelineSettings settings) {
    this.settings = settings;
  }

  @Override
  @SuppressWarnings("unchecked") // an input object has texts for keys
  public void stage(Connection connection, Map<String, Object> arguments) throws SQLException {
    var pool = (Map<String, Object>) Objects.requireNonNull(arguments.get("pool"));
    var kind = String.valueOf(pool.get("kind"));
    var isDirected = kind.startsWith("OPERATOR_DIRECTED");
    var avs = avs(kind, pool);
    var days = (int) Objects.requireNonNull(pool.get("days"));
    if (days < 1 || days > MAX_DAYS) {
      throw new UserInputError("days is 1 to %s, not %s".formatted(MAX_DAYS, days));
    }
    var strategies = parts("strategies", "strategy", "multiplier", pool, MAX_STRATEGIES);
    for (var part : strategies) {
      if (part.number().signum() < 0 || part.number().compareTo(MAX_MULTIPLIER) >= 0) {
        throw new UserInputError("multiplier is 0 to 2^96 - 1, not " + part.number());
      }
    }
    given(pool, "amount", !isDirected, kind);
    given(pool, "operatorAmounts", isDirected, kind);
    var operators =
        isDirected ? parts("operatorAmounts", "operator", "amount", pool, MAX_OPERATORS) : null;
    var amount =
        operators == null
            ? (BigInteger) Objects.requireNonNull(pool.get("amount"))
            : operators.stream().map(PoolPart::number).reduce(BigInteger.ZERO, BigInteger::add);
    if (amount.compareTo(MAX_AMOUNT) > 0
        || amount.signum() <= 0
        || (operators != null
            && operators.stream().anyMatch(part -> part.number().signum() <= 0))) {
      throw new UserInputError("amounts are 1 to 10^38 - 1, also in sum");
    }
    var date = date(connection, kind, pool);
    var start = pool.get("startDate") instanceof LocalDate given ? given : date;
    if (date.isBefore(start) || !date.isBefore(start.plusDays(days))) {
      throw new UserInputError("%s is not among the %s days from %s".formatted(date, days, start));
    }
    try {
      new PlannedPool(
              kind, avs, operatorSet(kind, avs, pool), strategies, amount, operators, start, days)
          .stage(connection, date, settings);
    } catch (StateNotKnown e) {
      throw new UserInputError(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String avs(String kind, Map<String, Object> pool) {
    given(pool, "avs", SETS.contains(kind) || AVSES.contains(kind), kind);
    return (String) pool.get("avs");
  }

  private static @Nullable String operatorSet(
      String kind, @Nullable String avs, Map<String, Object> pool) {
    given(pool, "operatorSet", SETS.contains(kind), kind);
    return pool.get("operatorSet") instanceof BigInteger number ? avs + "-" + number : null;
  }

  private static LocalDate date(Connection connection, String kind, Map<String, Object> pool)
      throws SQLException {
    if (pool.get("date") instanceof LocalDate date) {
      return date;
    }
    var newest = PlannedPool.newest(connection, kind);
    if (newest == null) {
      throw new UserInputError("no daily snapshot has been taken yet");
    }
    return newest;
  }

  private static void given(Map<String, Object> pool, String field, boolean isNeeded, String kind) {
    if ((pool.get(field) != null) != isNeeded) {
      throw new UserInputError(
          "a pool of the kind %s %s %s".formatted(kind, isNeeded ? "needs" : "has no", field));
    }
  }

  /** The addresses and numbers of a list, each address once. */
  private static List<PoolPart> parts(
      String list, String address, String number, Map<String, Object> pool, int max) {
    var items = (List<?>) Objects.requireNonNull(pool.get(list));
    if (items.isEmpty() || items.size() > max) {
      throw new UserInputError("%s has 1 to %s items, not %s".formatted(list, max, items.size()));
    }
    var parts = new ArrayList<PoolPart>();
    var known = new HashSet<String>();
    for (var item : items) {
      var fields = (Map<?, ?>) Objects.requireNonNull(item);
      var part =
          new PoolPart(
              String.valueOf(fields.get(address)),
              (BigInteger) Objects.requireNonNull(fields.get(number)));
      if (!known.add(part.address())) {
        throw new UserInputError("%s names %s twice".formatted(list, part.address()));
      }
      parts.add(part);
    }
    return parts;
  }
}
