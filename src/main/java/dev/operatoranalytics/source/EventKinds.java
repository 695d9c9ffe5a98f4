package dev.operatoranalytics.source;

import static dev.operatoranalytics.source.EventKind.Type.ADDRESS;
import static dev.operatoranalytics.source.EventKind.Type.ADDRESSES;
import static dev.operatoranalytics.source.EventKind.Type.AMOUNT;
import static dev.operatoranalytics.source.EventKind.Type.AMOUNTS;
import static dev.operatoranalytics.source.EventKind.Type.BIPS;
import static dev.operatoranalytics.source.EventKind.Type.COUNT;
import static dev.operatoranalytics.source.EventKind.Type.HASH;
import static dev.operatoranalytics.source.EventKind.Type.OPERATOR_SET;
import static dev.operatoranalytics.source.EventKind.Type.REGISTRATION_STATUS;
import static dev.operatoranalytics.source.EventKind.Type.TEXT;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.List;
import java.util.Map;

/** Every kind of log that the importer knows; {@code docs/data-model.md} shows the same list. */
final class EventKinds {

  static final List<EventKind> ALL =
      List.of(
          EventKind.of("OperatorRegistered", "operator_registered_events")
              .with("operator_id", ADDRESS, "operator")
              .with(
                  "delegation_approver",
                  ADDRESS,
                  "delegationApprover",
                  "operatorDetails.delegationApprover")
              .build(),
          EventKind.of("DelegationApproverUpdated", "delegation_approver_updated_events")
              .with("operator_id", ADDRESS, "operator")
              .with("new_delegation_approver", ADDRESS, "newDelegationApprover")
              .build(),
          EventKind.of("OperatorDetailsModified", "delegation_approver_updated_events")
              .with("operator_id", ADDRESS, "operator")
              .with("new_delegation_approver", ADDRESS, "newOperatorDetails.delegationApprover")
              .build(),
          EventKind.of("OperatorMetadataURIUpdated", "operator_metadata_update_events")
              .with("operator_id", ADDRESS, "operator")
              .with("metadata_uri", TEXT, "metadataURI")
              .build(),
          EventKind.of("OperatorSharesIncreased", "operator_share_events")
              .with("operator_id", ADDRESS, "operator")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .as("event_type", "INCREASED")
              .build(),
          EventKind.of("OperatorSharesDecreased", "operator_share_events")
              .with("operator_id", ADDRESS, "operator")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .as("event_type", "DECREASED")
              .build(),
          EventKind.of("StakerDelegated", "staker_delegation_events")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .as("delegation_type", "DELEGATED")
              .build(),
          EventKind.of("StakerUndelegated", "staker_delegation_events")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .as("delegation_type", "UNDELEGATED")
              .build(),
          EventKind.of("StakerForceUndelegated", "staker_force_undelegated_events")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .build(),
          EventKind.of("DepositScalingFactorUpdated", "deposit_scaling_factor_updated_events")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("new_deposit_scaling_factor", AMOUNT, "newDepositScalingFactor")
              .build(),
          EventKind.of("SlashingWithdrawalQueued", "withdrawal_events")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .with("staker_id", ADDRESS, "withdrawal.staker")
              .with("delegated_to_id", ADDRESS, "withdrawal.delegatedTo")
              .with("withdrawer", ADDRESS, "withdrawal.withdrawer")
              .with("nonce", AMOUNT, "withdrawal.nonce")
              .with("start_block", COUNT, "withdrawal.startBlock")
              .with("strategies", ADDRESSES, "withdrawal.strategies")
              .with("shares", AMOUNTS, "sharesToWithdraw")
              .as("event_type", "QUEUED")
              .build(),
          EventKind.of("SlashingWithdrawalCompleted", "withdrawal_events")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .as("event_type", "COMPLETED")
              .build(),
          EventKind.of("WithdrawalQueued", "withdrawal_events")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .with("staker_id", ADDRESS, "withdrawal.staker")
              .with("delegated_to_id", ADDRESS, "withdrawal.delegatedTo")
              .with("withdrawer", ADDRESS, "withdrawal.withdrawer")
              .with("nonce", AMOUNT, "withdrawal.nonce")
              .with("start_block", COUNT, "withdrawal.startBlock")
              .with("strategies", ADDRESSES, "withdrawal.strategies")
              .with("shares", AMOUNTS, "withdrawal.shares")
              .as("event_type", "QUEUED")
              .build(),
          EventKind.of("WithdrawalCompleted", "withdrawal_events")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .as("event_type", "COMPLETED")
              .build(),
          EventKind.of("OperatorSharesSlashed", "operator_shares_slashed_events")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("total_slashed_shares", AMOUNT, "totalSlashedShares")
              .build(),
          EventKind.of("AllocationDelaySet", "allocation_delay_set_events")
              .with("operator_id", ADDRESS, "operator")
              .with("delay", COUNT, "delay")
              .with("effect_block", COUNT, "effectBlock")
              .build(),
          EventKind.of("AllocationUpdated", "allocation_events")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .with("magnitude", AMOUNT, "magnitude")
              .with("effect_block", COUNT, "effectBlock")
              .build(),
          EventKind.of("EncumberedMagnitudeUpdated", "encumbered_magnitude_updated_events")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("encumbered_magnitude", AMOUNT, "encumberedMagnitude")
              .build(),
          EventKind.of("MaxMagnitudeUpdated", "max_magnitude_updated_events")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("max_magnitude", AMOUNT, "maxMagnitude")
              .build(),
          EventKind.of("OperatorSlashed", "operator_slashed_events")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategies", ADDRESSES, "strategies")
              .with("wad_slashed", AMOUNTS, "wadSlashed")
              .with("description", TEXT, "description")
              .build(),
          EventKind.of("AVSRegistrarSet", "avs_registrar_set_events")
              .with("avs_id", ADDRESS, "avs")
              .with("registrar", ADDRESS, "registrar")
              .build(),
          EventKind.of("AVSMetadataURIUpdated", "avs_metadata_update_events")
              .with("avs_id", ADDRESS, "avs")
              .with("metadata_uri", TEXT, "metadataURI")
              .build(),
          EventKind.of("OperatorSetCreated", "operator_set_created_events")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("avs_id", ADDRESS, "operatorSet.avs")
              .with("operator_set_id_num", COUNT, "operatorSet.id")
              .build(),
          EventKind.of("OperatorAddedToOperatorSet", "operator_added_to_operator_set_events")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .build(),
          EventKind.of(
                  "OperatorRemovedFromOperatorSet", "operator_removed_from_operator_set_events")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .build(),
          EventKind.of("StrategyAddedToOperatorSet", "strategy_operator_set_events")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "ADDED")
              .build(),
          EventKind.of("StrategyRemovedFromOperatorSet", "strategy_operator_set_events")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "REMOVED")
              .build(),
          EventKind.of("RedistributionAddressSet", "redistribution_address_set_events")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("redistribution_recipient", ADDRESS, "redistributionRecipient")
              .build(),
          EventKind.of(
                  "OperatorAVSRegistrationStatusUpdated",
                  "operator_avs_registration_status_updated_events")
              .with("operator_id", ADDRESS, "operator")
              .with("avs_id", ADDRESS, "avs")
              .with("status", REGISTRATION_STATUS, "status")
              .build(),
          EventKind.of("DefaultOperatorSplitBipsSet", "default_operator_split_bips_set_events")
              .with("old_default_operator_split_bips", BIPS, "oldDefaultOperatorSplitBips")
              .with("new_default_operator_split_bips", BIPS, "newDefaultOperatorSplitBips")
              .build(),
          EventKind.of("OperatorAVSSplitBipsSet", "operator_avs_split_bips_set_events")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("avs_id", ADDRESS, "avs")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_avs_split_bips", BIPS, "oldOperatorAVSSplitBips")
              .with("new_operator_avs_split_bips", BIPS, "newOperatorAVSSplitBips")
              .build(),
          EventKind.of("OperatorPISplitBipsSet", "operator_pi_split_bips_set_events")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_pi_split_bips", BIPS, "oldOperatorPISplitBips")
              .with("new_operator_pi_split_bips", BIPS, "newOperatorPISplitBips")
              .build(),
          EventKind.of("OperatorSetSplitBipsSet", "operator_set_split_bips_set_events")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_set_split_bips", BIPS, "oldOperatorSetSplitBips")
              .with("new_operator_set_split_bips", BIPS, "newOperatorSetSplitBips")
              .build(),
          EventKind.of("Deposit", "deposit_events")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .build());

  static final Map<String, EventKind> BY_NAME =
      ALL.stream().collect(toUnmodifiableMap(EventKind::name, identity()));

  private EventKinds() {}
}
