package dev.operatoranalytics.api.delegator;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whoever delegates, or ever did, with its current operator from {@code operator_delegators}; those
 * columns are null when it delegates to nobody.
 */
@MappedEntity("operator_delegators")
public record Delegator(
    @Id String stakerId,
    @Nullable String operatorId,
    @Nullable Instant delegatedAt,
    @Nullable BigDecimal tvsUsd) {

  public String id() {
    return new GlobalId("Delegator", stakerId).toString();
  }

  public String address() {
    return stakerId;
  }
}
