package dev.operatoranalytics.api.operator;

import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.graphql.Fields;
import dev.operatoranalytics.api.graphql.Wiring;
import dev.operatoranalytics.database.Change.Kind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How operators are asked as of a moment, and followed. */
@Singleton
class OperatorWiring implements Wiring {
  private final OperatorAsOf asOf;

  OperatorWiring(OperatorAsOf asOf) {
    this.asOf = asOf;
  }

  @Override
  public void wire(Fields fields) {
    fields
        .asOf("operator", asOf)
        .follow(
            "operatorUpdated",
            env -> Follow.all(Kind.OPERATOR, addresses(env), Fields.position(env)),
            OperatorUpdated::new)
        .type("OperatorUpdated", OperatorUpdated.class)
        .reference("OperatorUpdated", "operator", "Operator", OperatorUpdated::operatorId);
  }

  private static @Nullable Set<String> addresses(DataFetchingEnvironment env) {
    List<String> addresses = env.getArgument("addresses");
    return addresses == null ? null : Set.copyOf(addresses);
  }
}
