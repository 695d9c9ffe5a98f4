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

  static final String ROWS =
      """
      select distinct on (staker_id)
          staker_id,
          case when is_delegated then operator_id end as operator_id,
          case when is_delegated then delegated_at end as delegated_at,
          case when is_delegated then tvs_usd end as tvs_usd
      from operator_delegators
      order by staker_id, is_delegated desc
      """;

  public String id() {
    return new GlobalId("Delegator", stakerId).toString();
  }

  public String address() {
    return stakerId;
  }
}
