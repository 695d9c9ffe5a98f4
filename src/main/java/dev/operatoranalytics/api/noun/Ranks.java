package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import dev.operatoranalytics.api.query.UserInputError;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Ranks of operators by metric. */
final class Ranks {
  private static final int MAX_LEADERBOARD = 1_000;
  private static final int MAX_BUCKETS = 1_000;

  /** Rank of one operator by each metric; null when the operator is inactive or has no value. */
  private static final String RANK =
      """
      select
          asked.metric, asked.nth, ranks.value, ranks.place,
          coalesce(figures.excluded_vault_count, 0) as excluded_vault_count,
          case
              when ranks.value is null
                  and operator_state.is_active
                  and not :includeDurationVaults
                  and exists (select from duration_vaults where strategy_id = ^operator_id)
                  then 'DURATION_VAULT'
              when ranks.value is null and operator_state.is_active then 'NO_VALUE'
              when ranks.value is null then 'INACTIVE'
          end as reason,
          coalesce(figures.population, 0) as population, ranks.percentile,
          figures.mean as network_mean, figures.median as network_median,
          ranks.value - figures.mean as difference_from_mean,
          ranks.value - figures.median as difference_from_median
      from unnest(%s) with ordinality as asked (metric, nth)
      left join metric_figures as figures
          on figures.metric = asked.metric and figures.includes_vaults = :includeDurationVaults
      left join operator_ranks as ranks
          on ranks.metric = asked.metric
          and ranks.operator_id = ^operator_id
          and ranks.includes_vaults = :includeDurationVaults
      left join operator_state on operator_state.operator_id = ^operator_id
      """;

  /** The type of {@code Operator.rank}. */
  static final Relation OF_OPERATOR = Relation.all().rows(RANK.formatted("array[:metric]"));

  static final Relation LEADERBOARD =
      Relation.all()
          .where("#metric = :metric")
          .where("#includes_vaults = :includeDurationVaults")
          .size("first")
          .check(given -> within(given, "first", MAX_LEADERBOARD));

  static final Relation COMPARISON =
      Relation.all()
          .rows(
              """
              select operator_id, min(nth) as nth
              from unnest(:addresses) with ordinality as asked (operator_id, nth)
              group by operator_id
              """)
          .check(Ranks::checkCompared);

  static final Relation DISTRIBUTION =
      Relation.all()
          .rows(
              """
              with
              -- materialized: computed once, however often they are named
              ends as materialized (
                  select
                      population,
                      excluded_vault_count,
                      (
                          select value from operator_ranks
                          where metric = :metric and includes_vaults = :includeDurationVaults
                          order by value limit 1
                      ) as least,
                      (
                          select value from operator_ranks
                          where metric = :metric and includes_vaults = :includeDurationVaults
                          order by value desc limit 1
                      ) as greatest
                  from metric_figures
                  where metric = :metric and includes_vaults = :includeDurationVaults
              ),
              buckets as materialized (
                  select
                      number,
                      population,
                      excluded_vault_count,
                      least + ratio((greatest - least) * (number - 1), :buckets) as begins,
                      case
                          when number = :buckets then greatest
                          else least + ratio((greatest - least) * number, :buckets)
                      end as ends
                  from ends
                  cross join generate_series(1, :buckets) as number
                  where least is not null
              ),
              counted as materialized (
                  select
                      buckets.*,
                      -- a step in an index for each bucket, because counting reads all operators
                      coalesce(
                          (
                              select lesser_count from operator_ranks
                              where metric = :metric
                                  and includes_vaults = :includeDurationVaults
                                  and value >= begins
                              order by value
                              limit 1
                          ),
                          population
                      ) as lesser_count
                  from buckets
              )
              select
                  number, begins, ends, excluded_vault_count,
                  lead(lesser_count, 1, population) over (order by number) - lesser_count as count
              from counted
              """)
          .check(given -> within(given, "buckets", MAX_BUCKETS));

  private static final Noun RANK_NOUN =
      Noun.of("OperatorRank")
          .key("metric")
          .hidden("nth", ColumnType.BIGINT)
          .order("nth")
          .enums("metric", "reason")
          .column("rank", "place", ColumnType.INTEGER)
          .counts("population")
          .column("excludedDurationVaults", "excluded_vault_count", ColumnType.INTEGER)
          .amounts(
              "value",
              "percentile",
              "networkMean",
              "networkMedian",
              "differenceFromMean",
              "differenceFromMedian");

  private static final Noun RANKED_OPERATOR =
      Noun.of("RankedOperator")
          .rows(
              """
              select operator_ranks.*, metric_figures.excluded_vault_count
              from operator_ranks
              join metric_figures using (includes_vaults, metric)
              """)
          .key("metric", "operator_id")
          .order("place", "operator_id")
          .column("rank", "place", ColumnType.INTEGER)
          .relation("operator", Relation.on("operator_id"))
          .enums("metric")
          .column("excludedDurationVaults", "excluded_vault_count", ColumnType.INTEGER)
          .amounts("value", "percentile");

  private static final Noun OPERATOR_COMPARISON =
      Noun.of("OperatorComparison")
          .key("operator_id")
          .hidden("nth", ColumnType.BIGINT)
          .order("nth")
          .relation("operator", Relation.on("operator_id"))
          .relation(
              "ranks",
              Relation.all()
                  .rows(
                      RANK.formatted(
                          "array['TVS_USD', 'ACTIVE_DELEGATORS', 'ACTIVE_AVS_COUNT', 'RISK_SCORE',"
                              + " 'GROWTH_RATE_30D']")));

  private static final Noun DISTRIBUTION_BUCKET =
      Noun.of("DistributionBucket")
          .key("number")
          .hidden("number", ColumnType.INTEGER)
          .order("number")
          .column("from", "begins", ColumnType.NUMERIC)
          .column("to", "ends", ColumnType.NUMERIC)
          .column("excludedDurationVaults", "excluded_vault_count", ColumnType.INTEGER)
          .counts("count");

  static final List<Noun> NOUNS =
      List.of(RANK_NOUN, RANKED_OPERATOR, OPERATOR_COMPARISON, DISTRIBUTION_BUCKET);

  private static void within(Map<String, Object> arguments, String name, int max) {
    if (!(arguments.get(name) instanceof Integer number) || number < 1 || number > max) {
      throw new UserInputError("%s is 1 to %,d, not %s".formatted(name, max, arguments.get(name)));
    }
  }

  private static void checkCompared(Map<String, Object> arguments) {
    var different = new HashSet<>((List<?>) arguments.getOrDefault("addresses", List.of()));
    if (different.size() < 2 || different.size() > 10) {
      throw new UserInputError("addresses are 2 to 10 different ones, not " + different.size());
    }
  }

  private Ranks() {}
}
