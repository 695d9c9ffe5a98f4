package dev.operatoranalytics.api.operator;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator with its state and what it says of itself: one row of {@code operator_state}, joined
 * with its metadata. Amounts in USD, magnitudes in wads.
 */
@MappedEntity("operator_state")
public record Operator(
    @Id String operatorId,
    boolean isActive,
    @Nullable Boolean isPermissioned,
    Instant registeredAt,
    boolean isRegistrationInferred,
    Instant firstActivityAt,
    Instant lastActivityAt,
    int activeAvsCount,
    int registeredAvsCount,
    int activeOperatorSetCount,
    int activeDelegators,
    int delegatedStakers,
    int totalDelegators,
    int totalSlashEvents,
    @Nullable Instant lastSlashedAt,
    @Nullable BigDecimal totalTvs,
    @Nullable Instant tvsUpdatedAt,
    String tvsStatus,
    int unpricedStrategyCount,
    Instant updatedAt,
    long updatedAtBlock,
    @Nullable String name,
    @Nullable String description,
    @Nullable String website,
    @Nullable String logo,
    @Nullable String twitter,
    @Nullable String metadataUri,
    @Nullable Instant metadataUpdatedAt) {

  public static final String ROWS =
      """
      select
          operator_state.operator_id, is_active, operator_state.is_permissioned,
          operator_state.registered_at, operator_state.is_registration_inferred,
          operator_state.first_activity_at, operator_state.last_activity_at, active_avs_count,
          registered_avs_count, active_operator_set_count, active_delegators, delegated_stakers,
          total_delegators, total_slash_events, last_slashed_at, total_tvs, tvs_updated_at,
          tvs_status, unpriced_strategy_count, operator_state.updated_at,
          operator_state.updated_at_block, operator_state.name, description, website, logo, twitter,
          metadata_uri, operator_metadata.updated_at as metadata_updated_at,
          case_folded(operator_state.name) collate "C" as name_order
      from operator_state
      join operators using (operator_id)
      left join operator_metadata using (operator_id)
      """;

  public String id() {
    return new GlobalId("Operator", operatorId).toString();
  }

  public String address() {
    return operatorId;
  }
}
