package dev.operatoranalytics.api.epoch;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One operator in one epoch: a row of {@code operator_shares} with its prices. Amounts in base
 * units, prices scaled by 10^18; null is unknown.
 */
@MappedEntity("operator_shares")
public record EpochOperator(
    @Id int epoch,
    int operatorId,
    @Nullable BigDecimal stake,
    @Nullable BigDecimal shares,
    @Nullable BigDecimal activeStake,
    @Nullable BigDecimal reward,
    @Nullable BigDecimal storageFeeDeposit,
    @Nullable BigDecimal deposits,
    @Nullable BigDecimal withdrawals,
    @Nullable BigDecimal stakePerShare,
    @Nullable BigDecimal chainSharePrice,
    @Nullable String priceSource) {

  static final String ROWS =
      """
      select
          operator_shares.epoch,
          operator_shares.operator_id,
          stake_raw as stake,
          shares_raw as shares,
          active_stake_raw as active_stake,
          reward_raw as reward,
          storage_fee_deposit_raw as storage_fee_deposit,
          deposits_raw as deposits,
          withdrawals_raw as withdrawals,
          stake_per_share_perq as stake_per_share,
          share_price_perq as chain_share_price,
          source as price_source
      from operator_shares
      left join operator_share_prices using (epoch, operator_id)
      """;
}
