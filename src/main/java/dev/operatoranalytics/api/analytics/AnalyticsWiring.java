package dev.operatoranalytics.api.analytics;

import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.DailyRows;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.operator.Operator;
import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.Strategy;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** How risk, ranks and concentration are answered. */
@Singleton
class AnalyticsWiring implements Wiring {
  private static final int GREATEST_LEADERBOARD = 1_000;

  private final AnalyticsQueries analytics;
  private final RankQueries ranks;
  private final OperatorQueries operators;

  AnalyticsWiring(AnalyticsQueries analytics, RankQueries ranks, OperatorQueries operators) {
    this.analytics = analytics;
    this.ranks = ranks;
    this.operators = operators;
  }

  /** An operator beside others. */
  public record OperatorComparison(Operator operator, List<Rank> figures) {}

  @Override
  public void wire(Fields fields) {
    fields
        .type("OperatorAnalytics", OperatorAnalytics.class)
        .type("VolatilityMetric", VolatilityMetric.class)
        .type("ConcentrationMetric", ConcentrationMetric.class)
        .type("Rank", Rank.class)
        .type("RankedOperator", Rank.class)
        .type("OperatorComparison", OperatorComparison.class);
    fields
        .each("Operator", "analytics", AnalyticsWiring::day, analytics.operators()::day)
        .each(
            "Operator",
            "analyticsHistory",
            (Operator operator, DataFetchingEnvironment env) ->
                DailyRows.Range.of(operator.operatorId(), env),
            analytics.operators()::ranges)
        .each("Operator", "volatility", AnalyticsWiring::day, analytics.volatilities()::days)
        .each("Operator", "concentration", AnalyticsWiring::day, analytics.ofOperators()::days)
        .each(
            "Operator",
            "rank",
            (Operator operator, DataFetchingEnvironment env) ->
                new RankQueries.Asked(operator.operatorId(), metric(env)),
            ranks::ranks)
        .each(
            "Strategy",
            "concentration",
            (Strategy strategy, DataFetchingEnvironment env) ->
                DailyRows.Day.of(strategy.strategyId(), env),
            analytics.ofStrategies()::day);
    fields
        .query("leaderboard", env -> ranks.leaderboard(metric(env), first(env)))
        .each("RankedOperator", "operator", Rank::operatorId, operators::byAddress)
        .query("compareOperators", this::compare);
  }

  private static DailyRows.Day day(Operator operator, DataFetchingEnvironment env) {
    return DailyRows.Day.of(operator.operatorId(), env);
  }

  private static LeaderboardMetric metric(DataFetchingEnvironment env) {
    return LeaderboardMetric.valueOf(Objects.requireNonNull(env.getArgument("metric")).toString());
  }

  private static int first(DataFetchingEnvironment env) {
    int first = Objects.requireNonNull(env.<Integer>getArgument("first"));
    if (first < 1 || first > GREATEST_LEADERBOARD) {
      throw new BadInput("first is 1 to %,d, not %,d".formatted(GREATEST_LEADERBOARD, first));
    }
    return first;
  }

  private List<OperatorComparison> compare(DataFetchingEnvironment env) {
    List<String> addresses =
        Objects.requireNonNull(env.<List<String>>getArgument("addresses")).stream()
            .distinct()
            .toList();
    if (addresses.size() < 2 || addresses.size() > 10) {
      throw new BadInput("addresses are 2 to 10 different ones, not " + addresses.size());
    }
    var found = operators.byAddress(addresses);
    var asked = new ArrayList<RankQueries.Asked>();
    for (var address : addresses) {
      if (!found.containsKey(address)) {
        throw new BadInput("no event names an operator " + address);
      }
      Arrays.stream(LeaderboardMetric.values())
          .forEach(metric -> asked.add(new RankQueries.Asked(address, metric)));
    }
    var figures = ranks.ranks(asked);
    return addresses.stream()
        .map(
            address ->
                new OperatorComparison(
                    Objects.requireNonNull(found.get(address)),
                    asked.stream()
                        .filter(one -> one.operator().equals(address))
                        .map(figures::get)
                        .toList()))
        .toList();
  }
}
