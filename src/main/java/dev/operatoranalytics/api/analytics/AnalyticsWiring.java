package dev.operatoranalytics.api.analytics;

import dev.operatoranalytics.api.graphql.BadInput;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.api.query.Row;
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

  private final RankQueries ranks;

  AnalyticsWiring(RankQueries ranks) {
    this.ranks = ranks;
  }

  /** An operator beside others. */
  public record OperatorComparison(String operatorId, List<Rank> figures) {}

  @Override
  public void wire(Fields fields) {
    fields
        .type("Rank", Rank.class)
        .type("RankedOperator", Rank.class)
        .type("OperatorComparison", OperatorComparison.class)
        .each(
            "Operator",
            "rank",
            (Row operator, DataFetchingEnvironment env) ->
                new RankQueries.Asked(String.valueOf(operator.get("operator_id")), metric(env)),
            ranks::ranks)
        .query("leaderboard", env -> ranks.leaderboard(metric(env), first(env)))
        .reference("RankedOperator", "operator", "Operator", Rank::operatorId)
        .query("compareOperators", this::compare)
        .reference("OperatorComparison", "operator", "Operator", OperatorComparison::operatorId);
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
    var known = ranks.known(addresses);
    var asked = new ArrayList<RankQueries.Asked>();
    for (var address : addresses) {
      if (!known.contains(address)) {
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
                    address,
                    asked.stream()
                        .filter(one -> one.operator().equals(address))
                        .map(figures::get)
                        .toList()))
        .toList();
  }
}
