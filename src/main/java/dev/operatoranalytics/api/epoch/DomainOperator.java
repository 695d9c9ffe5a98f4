package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.graphql.GlobalId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * An operator of the domain: a row of {@code operators_metadata} with its figures in the last
 * document that lists it. Amounts in base units, prices scaled by 10^18.
 */
@MappedEntity("operators_metadata")
public record DomainOperator(
    @Id int operatorId,
    @Nullable String name,
    @Nullable String color,
    @Nullable Integer firstSeenEpoch,
    @Nullable Integer lastSeenEpoch,
    boolean isActive,
    @Nullable String status,
    @Nullable Integer nominationTax,
    @Nullable String signingKey,
    @Nullable BigDecimal minimumNominatorStake,
    @Nullable BigDecimal currentStake,
    @Nullable BigDecimal currentShares,
    @Nullable BigDecimal stakePerShare) {

  static final String ROWS =
      """
      select
          operators_metadata.operator_id, name, color, first_seen_epoch, last_seen_epoch,
          coalesce(is_active, false) as is_active, status, nomination_tax, signing_key,
          minimum_nominator_stake, stake_raw as current_stake, shares_raw as current_shares,
          stake_per_share(stake_raw, shares_raw) as stake_per_share,
          case_folded(name) collate "C" as name_order
      from operators_metadata
      left join operator_shares
          on operator_shares.operator_id = operators_metadata.operator_id
          and operator_shares.epoch = last_seen_epoch
      """;

  public String id() {
    return new GlobalId("DomainOperator", Integer.toString(operatorId)).toString();
  }
}
