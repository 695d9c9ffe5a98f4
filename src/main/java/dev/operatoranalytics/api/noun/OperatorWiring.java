package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.database.Change.ChangeKind;
import dev.operatoranalytics.pipeline.AsOfRebuild;
import dev.operatoranalytics.pipeline.AsOfRebuild.RebuiltSubject;
import graphql.schema.DataFetchingEnvironment;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves what is known of an address as of an earlier moment, previews of rewards and {@code
 * operatorUpdated}.
 */
@Singleton
class OperatorWiring implements Wiring {
  private final AsOfRebuild past;
  private final RewardPreviews previews;
  private final JdbcOperations jdbc;

  OperatorWiring(AsOfRebuild past, RewardPreviews previews, @Named("api") JdbcOperations jdbc) {
    this.past = past;
    this.previews = previews;
    this.jdbc = jdbc;
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .asOf("operator", new RebuiltAsOf(past, RebuiltSubject.OPERATOR, "address"))
        .asOf("delegator", new RebuiltAsOf(past, RebuiltSubject.STAKER, "address"))
        .asOf("avs", new RebuiltAsOf(past, RebuiltSubject.AVS, "address"))
        .asOf("strategy", new RebuiltAsOf(past, RebuiltSubject.STRATEGY, "address"))
        .asOf("earnerRewards", new RebuiltAsOf(past, RebuiltSubject.EARNER, "earner"))
        .asOf("rewardPreview", previews)
        .check("compareOperators", this::rejectUnknown)
        .subscription(
            "operatorUpdated",
            env ->
                SubscriptionFilter.all(
                    ChangeKind.OPERATOR, addresses(env), ResolverRegistry.position(env)),
            OperatorUpdated::new)
        .type("OperatorUpdated", OperatorUpdated.class)
        .reference("OperatorUpdated", "operator", "Operator", OperatorUpdated::operatorId);
  }

  private void rejectUnknown(DataFetchingEnvironment env) {
    List<String> addresses = Objects.requireNonNull(env.getArgument("addresses"));
    var known = known(addresses);
    for (var address : addresses) {
      if (!known.contains(address)) {
        throw new UserInputError("no event names an operator " + address);
      }
    }
  }

  private Set<String> known(List<String> addresses) {
    return jdbc.prepareStatement(
        "select operator_id from operator_state where operator_id = any(?)",
        statement -> {
          statement.setArray(
              1, statement.getConnection().createArrayOf("text", addresses.toArray()));
          var known = new HashSet<String>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              known.add(rows.getString(1));
            }
          }
          return known;
        });
  }

  private static @Nullable Set<String> addresses(DataFetchingEnvironment env) {
    List<String> addresses = env.getArgument("addresses");
    return addresses == null ? null : Set.copyOf(addresses);
  }
}
