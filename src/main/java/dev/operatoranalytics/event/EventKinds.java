package dev.operatoranalytics.event;

import static dev.operatoranalytics.chain.Contract.ALLOCATION_MANAGER;
import static dev.operatoranalytics.chain.Contract.AVS_DIRECTORY;
import static dev.operatoranalytics.chain.Contract.DELEGATION_MANAGER;
import static dev.operatoranalytics.chain.Contract.DURATION_VAULT;
import static dev.operatoranalytics.chain.Contract.EIGEN_POD_MANAGER;
import static dev.operatoranalytics.chain.Contract.REWARDS_COORDINATOR;
import static dev.operatoranalytics.chain.Contract.STRATEGY;
import static dev.operatoranalytics.chain.Contract.STRATEGY_FACTORY;
import static dev.operatoranalytics.chain.Contract.STRATEGY_MANAGER;
import static dev.operatoranalytics.event.EventColumn.Type.ADDRESS;
import static dev.operatoranalytics.event.EventColumn.Type.ADDRESSES;
import static dev.operatoranalytics.event.EventColumn.Type.AMOUNT;
import static dev.operatoranalytics.event.EventColumn.Type.AMOUNTS;
import static dev.operatoranalytics.event.EventColumn.Type.BIPS;
import static dev.operatoranalytics.event.EventColumn.Type.COUNT;
import static dev.operatoranalytics.event.EventColumn.Type.FLAG;
import static dev.operatoranalytics.event.EventColumn.Type.HASH;
import static dev.operatoranalytics.event.EventColumn.Type.MULTIPLIERS;
import static dev.operatoranalytics.event.EventColumn.Type.OPERATOR_REWARDS;
import static dev.operatoranalytics.event.EventColumn.Type.OPERATOR_SET;
import static dev.operatoranalytics.event.EventColumn.Type.REGISTRATION_STATUS;
import static dev.operatoranalytics.event.EventColumn.Type.SIGNED_AMOUNT;
import static dev.operatoranalytics.event.EventColumn.Type.TEXT;
import static dev.operatoranalytics.event.EventSignature.Release.M1;
import static dev.operatoranalytics.event.EventSignature.Release.M2;
import static dev.operatoranalytics.event.EventSignature.Release.SLASHING;
import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.operatoranalytics.chain.Contract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All known kinds of logs. {@code docs/data-model.md} shows the same list; {@code docs/recipes.md}
 * says how to add one.
 */
public final class EventKinds {
  private static final String REWARDS_SUBMISSION =
      "((address strategy, uint96 multiplier)[] strategiesAndMultipliers, address token, uint256"
          + " amount, uint32 startTimestamp, uint32 duration) rewardsSubmission";
  private static final String OPERATOR_DIRECTED_SUBMISSION =
      "((address strategy, uint96 multiplier)[] strategiesAndMultipliers, address token, (address"
          + " operator, uint256 amount)[] operatorRewards, uint32 startTimestamp, uint32 duration,"
          + " string description) operatorDirectedRewardsSubmission";
  private static final String STAKE_SUBMISSION =
      "(address indexed caller, bytes32 indexed rewardsSubmissionHash, (address avs, uint32 id)"
          + " operatorSet, uint256 submissionNonce, "
          + REWARDS_SUBMISSION
          + ")";
  private static final List<EventColumn> SUBMISSION =
      List.of(
          EventColumn.of("rewardsSubmission", "strategies_and_multipliers", MULTIPLIERS),
          EventColumn.of("rewardsSubmission", "token", ADDRESS),
          EventColumn.of("rewardsSubmission", "amount", AMOUNT),
          EventColumn.of("rewardsSubmission", "start_timestamp", COUNT),
          EventColumn.of("rewardsSubmission", "duration", COUNT));
  private static final List<EventColumn> DIRECTED =
      List.of(
          EventColumn.of(
              "operatorDirectedRewardsSubmission", "strategies_and_multipliers", MULTIPLIERS),
          EventColumn.of("operatorDirectedRewardsSubmission", "token", ADDRESS),
          EventColumn.of("operatorDirectedRewardsSubmission", "operator_rewards", OPERATOR_REWARDS),
          EventColumn.of("operatorDirectedRewardsSubmission", "start_timestamp", COUNT),
          EventColumn.of("operatorDirectedRewardsSubmission", "duration", COUNT),
          EventColumn.of("operatorDirectedRewardsSubmission", "description", TEXT));

  public static final List<EventKind> ALL =
      List.of(
          EventKind.of("OperatorRegistered", DELEGATION_MANAGER)
              .args("(address indexed operator, address delegationApprover)")
              .argsUntil(
                  M2,
                  "(address indexed operator, (address earningsReceiver, address"
                      + " delegationApprover, uint32 stakerOptOutWindowBlocks) operatorDetails)")
              .with("operator_id", ADDRESS, "operator")
              .with(
                  "delegation_approver",
                  ADDRESS,
                  "delegationApprover",
                  "operatorDetails.delegationApprover")
              .into("operator_registered_events"),
          EventKind.of("DelegationApproverUpdated", DELEGATION_MANAGER)
              .args("(address indexed operator, address newDelegationApprover)")
              .with("operator_id", ADDRESS, "operator")
              .with("new_delegation_approver", ADDRESS, "newDelegationApprover")
              .into("delegation_approver_updated_events"),
          EventKind.of("OperatorDetailsModified", DELEGATION_MANAGER)
              .argsUntil(
                  M2,
                  "(address indexed operator, (address earningsReceiver, address"
                      + " delegationApprover, uint32 stakerOptOutWindowBlocks) newOperatorDetails)")
              .with("operator_id", ADDRESS, "operator")
              .with("new_delegation_approver", ADDRESS, "newOperatorDetails.delegationApprover")
              .into("delegation_approver_updated_events"),
          EventKind.of("OperatorMetadataURIUpdated", DELEGATION_MANAGER)
              .args("(address indexed operator, string metadataURI)")
              .with("operator_id", ADDRESS, "operator")
              .with("metadata_uri", TEXT, "metadataURI")
              .into("operator_metadata_update_events"),
          EventKind.of("OperatorSharesIncreased", DELEGATION_MANAGER)
              .args("(address indexed operator, address staker, address strategy, uint256 shares)")
              .with("operator_id", ADDRESS, "operator")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .as("event_type", "INCREASED")
              .into("operator_share_events"),
          EventKind.of("OperatorSharesDecreased", DELEGATION_MANAGER)
              .args("(address indexed operator, address staker, address strategy, uint256 shares)")
              .with("operator_id", ADDRESS, "operator")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .as("event_type", "DECREASED")
              .into("operator_share_events"),
          EventKind.of("StakerDelegated", DELEGATION_MANAGER)
              .args("(address indexed staker, address indexed operator)")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .as("delegation_type", "DELEGATED")
              .into("staker_delegation_events"),
          EventKind.of("StakerUndelegated", DELEGATION_MANAGER)
              .args("(address indexed staker, address indexed operator)")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .as("delegation_type", "UNDELEGATED")
              .into("staker_delegation_events"),
          EventKind.of("StakerForceUndelegated", DELEGATION_MANAGER)
              .args("(address indexed staker, address indexed operator)")
              .with("staker_id", ADDRESS, "staker")
              .with("operator_id", ADDRESS, "operator")
              .into("staker_force_undelegated_events"),
          EventKind.of("DepositScalingFactorUpdated", DELEGATION_MANAGER)
              .args("(address staker, address strategy, uint256 newDepositScalingFactor)")
              .with("staker_id", ADDRESS, "staker")
              .with("strategy_id", ADDRESS, "strategy")
              .with("new_deposit_scaling_factor", AMOUNT, "newDepositScalingFactor")
              .into("deposit_scaling_factor_updated_events"),
          EventKind.of("SlashingWithdrawalQueued", DELEGATION_MANAGER)
              .args(
                  "(bytes32 withdrawalRoot, (address staker, address delegatedTo, address"
                      + " withdrawer, uint256 nonce, uint32 startBlock, address[] strategies,"
                      + " uint256[] scaledShares) withdrawal, uint256[] sharesToWithdraw)")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .with("staker_id", ADDRESS, "withdrawal.staker")
              .with("delegated_to_id", ADDRESS, "withdrawal.delegatedTo")
              .with("withdrawer", ADDRESS, "withdrawal.withdrawer")
              .with("nonce", AMOUNT, "withdrawal.nonce")
              .with("start_block", COUNT, "withdrawal.startBlock")
              .with("strategies", ADDRESSES, "withdrawal.strategies")
              .with("shares", AMOUNTS, "sharesToWithdraw")
              .withOptional("scaled_shares", AMOUNTS, "withdrawal.scaledShares")
              .as("event_type", "QUEUED")
              .into("withdrawal_events"),
          EventKind.of("SlashingWithdrawalCompleted", DELEGATION_MANAGER)
              .args("(bytes32 withdrawalRoot)")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .as("event_type", "COMPLETED")
              .into("withdrawal_events"),
          EventKind.of("WithdrawalQueued", DELEGATION_MANAGER)
              .argsUntil(
                  M2,
                  "(bytes32 withdrawalRoot, (address staker, address delegatedTo, address"
                      + " withdrawer, uint256 nonce, uint32 startBlock, address[] strategies,"
                      + " uint256[] shares) withdrawal)")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .with("staker_id", ADDRESS, "withdrawal.staker")
              .with("delegated_to_id", ADDRESS, "withdrawal.delegatedTo")
              .with("withdrawer", ADDRESS, "withdrawal.withdrawer")
              .with("nonce", AMOUNT, "withdrawal.nonce")
              .with("start_block", COUNT, "withdrawal.startBlock")
              .with("strategies", ADDRESSES, "withdrawal.strategies")
              .with("shares", AMOUNTS, "withdrawal.shares")
              .withOptional("scaled_shares", AMOUNTS, "withdrawal.shares")
              .as("event_type", "QUEUED")
              .into("withdrawal_events"),
          EventKind.of("WithdrawalCompleted", DELEGATION_MANAGER)
              .argsUntil(M2, "(bytes32 withdrawalRoot)")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .as("event_type", "COMPLETED")
              .into("withdrawal_events"),
          // moves a withdrawal of M1 to a new root;
          // the preceding WithdrawalQueued names that root
          EventKind.of("WithdrawalMigrated", DELEGATION_MANAGER)
              .argsUntil(M2, "(bytes32 oldWithdrawalRoot, bytes32 newWithdrawalRoot)")
              .with("old_withdrawal_root", HASH, "oldWithdrawalRoot")
              .with("new_withdrawal_root", HASH, "newWithdrawalRoot")
              .intoOptional("withdrawal_migrated_events"),
          EventKind.of("OperatorSharesSlashed", DELEGATION_MANAGER)
              .args("(address indexed operator, address strategy, uint256 totalSlashedShares)")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("total_slashed_shares", AMOUNT, "totalSlashedShares")
              .into("operator_shares_slashed_events"),
          EventKind.of("AllocationDelaySet", ALLOCATION_MANAGER)
              .args("(address operator, uint32 delay, uint32 effectBlock)")
              .with("operator_id", ADDRESS, "operator")
              .with("delay", COUNT, "delay")
              .with("effect_block", COUNT, "effectBlock")
              .into("allocation_delay_set_events"),
          EventKind.of("AllocationUpdated", ALLOCATION_MANAGER)
              .args(
                  "(address operator, (address avs, uint32 id) operatorSet, address strategy,"
                      + " uint64 magnitude, uint32 effectBlock)")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .with("magnitude", AMOUNT, "magnitude")
              .with("effect_block", COUNT, "effectBlock")
              .into("allocation_events"),
          EventKind.of("EncumberedMagnitudeUpdated", ALLOCATION_MANAGER)
              .args("(address operator, address strategy, uint64 encumberedMagnitude)")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("encumbered_magnitude", AMOUNT, "encumberedMagnitude")
              .into("encumbered_magnitude_updated_events"),
          EventKind.of("MaxMagnitudeUpdated", ALLOCATION_MANAGER)
              .args("(address operator, address strategy, uint64 maxMagnitude)")
              .with("operator_id", ADDRESS, "operator")
              .with("strategy_id", ADDRESS, "strategy")
              .with("max_magnitude", AMOUNT, "maxMagnitude")
              .into("max_magnitude_updated_events"),
          EventKind.of("OperatorSlashed", ALLOCATION_MANAGER)
              .args(
                  "(address operator, (address avs, uint32 id) operatorSet, address[] strategies,"
                      + " uint256[] wadSlashed, string description)")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategies", ADDRESSES, "strategies")
              .with("wad_slashed", AMOUNTS, "wadSlashed")
              .with("description", TEXT, "description")
              .into("operator_slashed_events"),
          EventKind.of("AVSRegistrarSet", ALLOCATION_MANAGER)
              .args("(address avs, address registrar)")
              .with("avs_id", ADDRESS, "avs")
              .with("registrar", ADDRESS, "registrar")
              .into("avs_registrar_set_events"),
          EventKind.of("AVSMetadataURIUpdated", ALLOCATION_MANAGER, AVS_DIRECTORY)
              .args("(address indexed avs, string metadataURI)")
              .with("avs_id", ADDRESS, "avs")
              .with("metadata_uri", TEXT, "metadataURI")
              .into("avs_metadata_update_events"),
          EventKind.of("OperatorSetCreated", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("avs_id", ADDRESS, "operatorSet.avs")
              .with("operator_set_id_num", COUNT, "operatorSet.id")
              .into("operator_set_created_events"),
          EventKind.of("OperatorAddedToOperatorSet", ALLOCATION_MANAGER)
              .args("(address indexed operator, (address avs, uint32 id) operatorSet)")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .into("operator_added_to_operator_set_events"),
          EventKind.of("OperatorRemovedFromOperatorSet", ALLOCATION_MANAGER)
              .args("(address indexed operator, (address avs, uint32 id) operatorSet)")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .into("operator_removed_from_operator_set_events"),
          EventKind.of("StrategyAddedToOperatorSet", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet, address strategy)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "ADDED")
              .into("strategy_operator_set_events"),
          EventKind.of("StrategyRemovedFromOperatorSet", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet, address strategy)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "REMOVED")
              .into("strategy_operator_set_events"),
          EventKind.of("RedistributionAddressSet", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet, address redistributionRecipient)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("redistribution_recipient", ADDRESS, "redistributionRecipient")
              .into("redistribution_address_set_events"),
          EventKind.of("SlasherUpdated", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet, address slasher, uint32 effectBlock)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("slasher", ADDRESS, "slasher")
              .with("effect_block", COUNT, "effectBlock")
              .intoOptional("slasher_updated_events"),
          EventKind.of("SlasherMigrated", ALLOCATION_MANAGER)
              .args("((address avs, uint32 id) operatorSet, address slasher)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("slasher", ADDRESS, "slasher")
              .intoOptional("slasher_migrated_events"),
          EventKind.of("OperatorAVSRegistrationStatusUpdated", AVS_DIRECTORY)
              .args("(address indexed operator, address indexed avs, uint8 status)")
              .with("operator_id", ADDRESS, "operator")
              .with("avs_id", ADDRESS, "avs")
              .with("status", REGISTRATION_STATUS, "status")
              .into("operator_avs_registration_status_updated_events"),
          EventKind.of("DefaultOperatorSplitBipsSet", REWARDS_COORDINATOR)
              .args("(uint16 oldDefaultOperatorSplitBips, uint16 newDefaultOperatorSplitBips)")
              .with("old_default_operator_split_bips", BIPS, "oldDefaultOperatorSplitBips")
              .with("new_default_operator_split_bips", BIPS, "newDefaultOperatorSplitBips")
              .into("default_operator_split_bips_set_events"),
          EventKind.of("OperatorAVSSplitBipsSet", REWARDS_COORDINATOR)
              .args(
                  "(address indexed caller, address indexed operator, address indexed avs, uint32"
                      + " activatedAt, uint16 oldOperatorAVSSplitBips, uint16"
                      + " newOperatorAVSSplitBips)")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("avs_id", ADDRESS, "avs")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_avs_split_bips", BIPS, "oldOperatorAVSSplitBips")
              .with("new_operator_avs_split_bips", BIPS, "newOperatorAVSSplitBips")
              .into("operator_avs_split_bips_set_events"),
          EventKind.of("OperatorPISplitBipsSet", REWARDS_COORDINATOR)
              .args(
                  "(address indexed caller, address indexed operator, uint32 activatedAt, uint16"
                      + " oldOperatorPISplitBips, uint16 newOperatorPISplitBips)")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_pi_split_bips", BIPS, "oldOperatorPISplitBips")
              .with("new_operator_pi_split_bips", BIPS, "newOperatorPISplitBips")
              .into("operator_pi_split_bips_set_events"),
          EventKind.of("OperatorSetSplitBipsSet", REWARDS_COORDINATOR)
              .args(
                  "(address indexed caller, address indexed operator, (address avs, uint32 id)"
                      + " operatorSet, uint32 activatedAt, uint16 oldOperatorSetSplitBips, uint16"
                      + " newOperatorSetSplitBips)")
              .with("caller", ADDRESS, "caller")
              .with("operator_id", ADDRESS, "operator")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("activated_at", COUNT, "activatedAt")
              .with("old_operator_set_split_bips", BIPS, "oldOperatorSetSplitBips")
              .with("new_operator_set_split_bips", BIPS, "newOperatorSetSplitBips")
              .into("operator_set_split_bips_set_events"),
          EventKind.of("AVSRewardsSubmissionCreated", REWARDS_COORDINATOR)
              .args(
                  "(address indexed avs, uint256 indexed submissionNonce, bytes32 indexed"
                      + " rewardsSubmissionHash, "
                      + REWARDS_SUBMISSION
                      + ")")
              .with("avs_id", ADDRESS, "avs")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with("rewards_submission_hash", HASH, "rewardsSubmissionHash")
              .with(SUBMISSION)
              .as("submission_type", "AVS_REWARDS")
              .intoOptional("rewards_submission_events"),
          EventKind.of("RewardsSubmissionForAllCreated", REWARDS_COORDINATOR)
              .args(
                  "(address indexed submitter, uint256 indexed submissionNonce, bytes32 indexed"
                      + " rewardsSubmissionHash, "
                      + REWARDS_SUBMISSION
                      + ")")
              .with("submitter", ADDRESS, "submitter")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with("rewards_submission_hash", HASH, "rewardsSubmissionHash")
              .with(SUBMISSION)
              .as("submission_type", "REWARDS_FOR_ALL")
              .intoOptional("rewards_submission_events"),
          EventKind.of("RewardsSubmissionForAllEarnersCreated", REWARDS_COORDINATOR)
              .args(
                  "(address indexed tokenHopper, uint256 indexed submissionNonce, bytes32 indexed"
                      + " rewardsSubmissionHash, "
                      + REWARDS_SUBMISSION
                      + ")")
              .with("submitter", ADDRESS, "tokenHopper")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with("rewards_submission_hash", HASH, "rewardsSubmissionHash")
              .with(SUBMISSION)
              .as("submission_type", "REWARDS_FOR_ALL_EARNERS")
              .intoOptional("rewards_submission_events"),
          EventKind.of("OperatorDirectedAVSRewardsSubmissionCreated", REWARDS_COORDINATOR)
              .args(
                  "(address indexed caller, address indexed avs, bytes32 indexed"
                      + " operatorDirectedRewardsSubmissionHash, uint256 submissionNonce, "
                      + OPERATOR_DIRECTED_SUBMISSION
                      + ")")
              .with("caller", ADDRESS, "caller")
              .with("avs_id", ADDRESS, "avs")
              .with(
                  "operator_directed_rewards_submission_hash",
                  HASH,
                  "operatorDirectedRewardsSubmissionHash")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with(DIRECTED)
              .intoOptional("operator_directed_avs_rewards_submission_events"),
          EventKind.of("OperatorDirectedOperatorSetRewardsSubmissionCreated", REWARDS_COORDINATOR)
              .args(
                  "(address indexed caller, bytes32 indexed operatorDirectedRewardsSubmissionHash,"
                      + " (address avs, uint32 id) operatorSet, uint256 submissionNonce, "
                      + OPERATOR_DIRECTED_SUBMISSION
                      + ")")
              .with("caller", ADDRESS, "caller")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with(
                  "operator_directed_rewards_submission_hash",
                  HASH,
                  "operatorDirectedRewardsSubmissionHash")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with(DIRECTED)
              .intoOptional("operator_directed_operator_set_rewards_submission_events"),
          EventKind.of("UniqueStakeRewardsSubmissionCreated", REWARDS_COORDINATOR)
              .args(STAKE_SUBMISSION)
              .with("caller", ADDRESS, "caller")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("rewards_submission_hash", HASH, "rewardsSubmissionHash")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with(SUBMISSION)
              .as("submission_type", "UNIQUE_STAKE")
              .intoOptional("stake_rewards_submission_events"),
          EventKind.of("TotalStakeRewardsSubmissionCreated", REWARDS_COORDINATOR)
              .args(STAKE_SUBMISSION)
              .with("caller", ADDRESS, "caller")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("rewards_submission_hash", HASH, "rewardsSubmissionHash")
              .with("submission_nonce", AMOUNT, "submissionNonce")
              .with(SUBMISSION)
              .as("submission_type", "TOTAL_STAKE")
              .intoOptional("stake_rewards_submission_events"),
          EventKind.of("DistributionRootSubmitted", REWARDS_COORDINATOR)
              .args(
                  "(uint32 indexed rootIndex, bytes32 indexed root, uint32 indexed"
                      + " rewardsCalculationEndTimestamp, uint32 activatedAt)")
              .with("root_index", COUNT, "rootIndex")
              .with("root", HASH, "root")
              .with("rewards_calculation_end_timestamp", COUNT, "rewardsCalculationEndTimestamp")
              .with("activated_at", COUNT, "activatedAt")
              .intoOptional("distribution_root_submitted_events"),
          EventKind.of("DistributionRootDisabled", REWARDS_COORDINATOR)
              .args("(uint32 indexed rootIndex)")
              .with("root_index", COUNT, "rootIndex")
              .intoOptional("distribution_root_disabled_events"),
          EventKind.of("RewardsClaimed", REWARDS_COORDINATOR)
              .args(
                  "(bytes32 root, address indexed earner, address indexed claimer, address indexed"
                      + " recipient, address token, uint256 claimedAmount)")
              .with("root", HASH, "root")
              .with("earner", ADDRESS, "earner")
              .with("claimer", ADDRESS, "claimer")
              .with("recipient", ADDRESS, "recipient")
              .with("token", ADDRESS, "token")
              .with("claimed_amount", AMOUNT, "claimedAmount")
              .intoOptional("rewards_claimed_events"),
          EventKind.of("ClaimerForSet", REWARDS_COORDINATOR)
              .args("(address indexed earner, address indexed oldClaimer, address indexed claimer)")
              .with("earner", ADDRESS, "earner")
              .with("old_claimer", ADDRESS, "oldClaimer")
              .with("claimer", ADDRESS, "claimer")
              .intoOptional("claimer_for_set_events"),
          EventKind.of("RewardsUpdaterSet", REWARDS_COORDINATOR)
              .args("(address indexed oldRewardsUpdater, address indexed newRewardsUpdater)")
              .with("old_rewards_updater", ADDRESS, "oldRewardsUpdater")
              .with("new_rewards_updater", ADDRESS, "newRewardsUpdater")
              .intoOptional("rewards_updater_set_events"),
          EventKind.of("RewardsForAllSubmitterSet", REWARDS_COORDINATOR)
              .args(
                  "(address indexed rewardsForAllSubmitter, bool indexed oldValue, bool indexed"
                      + " newValue)")
              .with("rewards_for_all_submitter", ADDRESS, "rewardsForAllSubmitter")
              .with("old_value", FLAG, "oldValue")
              .with("new_value", FLAG, "newValue")
              .intoOptional("rewards_for_all_submitter_set_events"),
          EventKind.of("ActivationDelaySet", REWARDS_COORDINATOR)
              .args("(uint32 oldActivationDelay, uint32 newActivationDelay)")
              .with("old_activation_delay", COUNT, "oldActivationDelay")
              .with("new_activation_delay", COUNT, "newActivationDelay")
              .intoOptional("activation_delay_set_events"),
          EventKind.of("FeeRecipientSet", REWARDS_COORDINATOR)
              .args("(address indexed oldFeeRecipient, address indexed newFeeRecipient)")
              .with("old_fee_recipient", ADDRESS, "oldFeeRecipient")
              .with("new_fee_recipient", ADDRESS, "newFeeRecipient")
              .intoOptional("fee_recipient_set_events"),
          EventKind.of("OptInForProtocolFeeSet", REWARDS_COORDINATOR)
              .args("(address indexed submitter, bool indexed oldValue, bool indexed newValue)")
              .with("submitter", ADDRESS, "submitter")
              .with("old_value", FLAG, "oldValue")
              .with("new_value", FLAG, "newValue")
              .intoOptional("opt_in_for_protocol_fee_set_events"),
          // M1 has another name for the staker, under the same topic
          EventKind.of("Deposit", STRATEGY_MANAGER)
              .args("(address staker, address strategy, uint256 shares)")
              .argsUntil(M2, "(address staker, address token, address strategy, uint256 shares)")
              .argsUntil(M1, "(address depositor, address token, address strategy, uint256 shares)")
              .with("staker_id", ADDRESS, "staker", "depositor")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .into("deposit_events"),
          // withdrawals of M1: their stakers could not delegate
          EventKind.of("ShareWithdrawalQueued", STRATEGY_MANAGER)
              .argsUntil(M1, "(address depositor, uint96 nonce, address strategy, uint256 shares)")
              .with("staker_id", ADDRESS, "depositor")
              .with("nonce", AMOUNT, "nonce")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .intoOptional("share_withdrawal_queued_events"),
          EventKind.of("WithdrawalQueued", STRATEGY_MANAGER)
              .argsUntil(
                  M1,
                  "(address depositor, uint96 nonce, address withdrawer, address delegatedAddress,"
                      + " bytes32 withdrawalRoot)")
              .withoutEffect(),
          EventKind.of("WithdrawalCompleted", STRATEGY_MANAGER)
              .argsUntil(
                  M1,
                  "(address indexed depositor, uint96 nonce, address indexed withdrawer, bytes32"
                      + " withdrawalRoot)")
              .withoutEffect(),
          EventKind.of("StrategyAddedToDepositWhitelist", STRATEGY_MANAGER)
              .args("(address strategy)")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "ADDED")
              .intoOptional("strategy_whitelist_events"),
          EventKind.of("StrategyRemovedFromDepositWhitelist", STRATEGY_MANAGER)
              .args("(address strategy)")
              .with("strategy_id", ADDRESS, "strategy")
              .as("event_type", "REMOVED")
              .intoOptional("strategy_whitelist_events"),
          EventKind.of("BurnOrRedistributableSharesIncreased", STRATEGY_MANAGER)
              .args(
                  "((address avs, uint32 id) operatorSet, uint256 slashId, address strategy,"
                      + " uint256 shares)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("slash_id", AMOUNT, "slashId")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .intoOptional("burn_or_redistributable_shares_increased_events"),
          EventKind.of("BurnOrRedistributableSharesDecreased", STRATEGY_MANAGER)
              .args(
                  "((address avs, uint32 id) operatorSet, uint256 slashId, address strategy,"
                      + " uint256 shares)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("slash_id", AMOUNT, "slashId")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .intoOptional("burn_or_redistributable_shares_decreased_events"),
          EventKind.of("BurnableSharesIncreased", STRATEGY_MANAGER)
              .argsUntil(SLASHING, "(address strategy, uint256 shares)")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .intoOptional("burnable_shares_increased_events"),
          EventKind.of("BurnableSharesDecreased", STRATEGY_MANAGER)
              .args("(address strategy, uint256 shares)")
              .with("strategy_id", ADDRESS, "strategy")
              .with("shares", AMOUNT, "shares")
              .intoOptional("burnable_shares_decreased_events"),
          // earliest block in which slashed shares can leave; in no release on mainnet yet
          EventKind.of("SlashResolutionBlockSet", STRATEGY_MANAGER)
              .args(
                  "((address avs, uint32 id) operatorSet, uint256 slashId, uint32 resolutionBlock)")
              .with("operator_set_id", OPERATOR_SET, "operatorSet")
              .with("slash_id", AMOUNT, "slashId")
              .with("resolution_block", COUNT, "resolutionBlock")
              .intoOptional("slash_resolution_block_set_events"),
          EventKind.of("StrategySetForToken", STRATEGY_FACTORY)
              .args("(address token, address strategy)")
              .with("token", ADDRESS, "token")
              .with("strategy_id", ADDRESS, "strategy")
              .intoOptional("strategy_set_for_token_events"),
          EventKind.of("DurationVaultDeployed", STRATEGY_FACTORY)
              .args(
                  "(address indexed vault, address indexed underlyingToken, address indexed"
                      + " vaultAdmin, uint32 duration, uint256 maxPerDeposit, uint256 stakeCap,"
                      + " string metadataURI, address operatorSetAVS, uint32 operatorSetId)")
              .with("strategy_id", ADDRESS, "vault")
              .with("underlying_token", ADDRESS, "underlyingToken")
              .with("vault_admin", ADDRESS, "vaultAdmin")
              .with("duration", COUNT, "duration")
              .with("max_per_deposit", AMOUNT, "maxPerDeposit")
              .with("stake_cap", AMOUNT, "stakeCap")
              .with("metadata_uri", TEXT, "metadataURI")
              .with("avs_id", ADDRESS, "operatorSetAVS")
              .with("operator_set_id_num", COUNT, "operatorSetId")
              .intoOptional("duration_vault_deployed_events"),
          EventKind.of("ExchangeRateEmitted", STRATEGY)
              .args("(uint256 rate)")
              .withEmitter("strategy_id")
              .with("rate", AMOUNT, "rate")
              .intoOptional("exchange_rate_emitted_events"),
          EventKind.of("StrategyTokenSet", STRATEGY)
              .args("(address token, uint8 decimals)")
              .withEmitter("strategy_id")
              .with("token", ADDRESS, "token")
              .with("decimals", COUNT, "decimals")
              .intoOptional("strategy_token_set_events"),
          EventKind.of("VaultLocked", DURATION_VAULT)
              .args("(uint32 lockedAt, uint32 unlockAt)")
              .withEmitter("strategy_id")
              .with("locked_at", COUNT, "lockedAt")
              .with("unlock_at", COUNT, "unlockAt")
              .intoOptional("vault_locked_events"),
          EventKind.of("VaultMatured", DURATION_VAULT)
              .args("(uint32 maturedAt)")
              .withEmitter("strategy_id")
              .with("matured_at", COUNT, "maturedAt")
              .intoOptional("vault_matured_events"),
          EventKind.of("VaultAdvancedToWithdrawals", DURATION_VAULT)
              .args("(address indexed arbitrator, uint32 maturedAt)")
              .withEmitter("strategy_id")
              .with("arbitrator", ADDRESS, "arbitrator")
              .with("matured_at", COUNT, "maturedAt")
              .intoOptional("vault_advanced_to_withdrawals_events"),
          EventKind.of("PodDeployed", EIGEN_POD_MANAGER)
              .args("(address indexed eigenPod, address indexed podOwner)")
              .with("pod_id", ADDRESS, "eigenPod")
              .with("owner_id", ADDRESS, "podOwner")
              .intoOptional("pod_deployed_events"),
          EventKind.of("BeaconChainETHDeposited", EIGEN_POD_MANAGER)
              .args("(address indexed podOwner, uint256 amount)")
              .with("pod_owner_id", ADDRESS, "podOwner")
              .with("amount", AMOUNT, "amount")
              .intoOptional("beacon_chain_deposit_events"),
          EventKind.of("PodSharesUpdated", EIGEN_POD_MANAGER)
              .args("(address indexed podOwner, int256 sharesDelta)")
              .with("pod_owner_id", ADDRESS, "podOwner")
              .with("shares_delta", SIGNED_AMOUNT, "sharesDelta")
              .as("update_type", "SHARES_UPDATED")
              .intoOptional("pod_shares_update_events"),
          EventKind.of("NewTotalShares", EIGEN_POD_MANAGER)
              .args("(address indexed podOwner, int256 newTotalShares)")
              .with("pod_owner_id", ADDRESS, "podOwner")
              .with("new_total_shares", SIGNED_AMOUNT, "newTotalShares")
              .as("update_type", "NEW_TOTAL_SHARES")
              .intoOptional("pod_shares_update_events"),
          EventKind.of("BeaconChainETHWithdrawalCompleted", EIGEN_POD_MANAGER)
              .args(
                  "(address indexed podOwner, uint256 shares, uint96 nonce, address"
                      + " delegatedAddress, address withdrawer, bytes32 withdrawalRoot)")
              .with("pod_owner_id", ADDRESS, "podOwner")
              .with("shares", AMOUNT, "shares")
              .with("nonce", AMOUNT, "nonce")
              .with("delegated_address", ADDRESS, "delegatedAddress")
              .with("withdrawer", ADDRESS, "withdrawer")
              .with("withdrawal_root", HASH, "withdrawalRoot")
              .intoOptional("beacon_chain_eth_withdrawal_completed_events"),
          EventKind.of("BeaconChainSlashingFactorDecreased", EIGEN_POD_MANAGER)
              .args(
                  "(address staker, uint64 prevBeaconChainSlashingFactor, uint64"
                      + " newBeaconChainSlashingFactor)")
              .with("staker_id", ADDRESS, "staker")
              .with("prev_beacon_chain_slashing_factor", AMOUNT, "prevBeaconChainSlashingFactor")
              .with("new_beacon_chain_slashing_factor", AMOUNT, "newBeaconChainSlashingFactor")
              .intoOptional("beacon_chain_slashing_events"),
          EventKind.of("BurnableETHSharesIncreased", EIGEN_POD_MANAGER)
              .args("(uint256 shares)")
              .with("shares", AMOUNT, "shares")
              .intoOptional("burnable_eth_shares_increased_events"));

  /** Kinds whose logs have a table. */
  public static final List<EventKind> STORED = ALL.stream().filter(EventKind::isStored).toList();

  private static final Map<String, List<EventKind>> BY_NAME =
      ALL.stream().collect(groupingBy(EventKind::name));

  private static final Map<Source, Signed> BY_SOURCE = bySource();

  /** Identifies the kind of a raw log. */
  private record Source(Contract contract, String topic0) {}

  /** A kind, and the signature of the log. */
  public record Signed(EventKind kind, EventSignature signature) {}

  private static Map<Source, Signed> bySource() {
    var all = new HashMap<Source, Signed>();
    for (var kind : ALL) {
      for (var contract : kind.contracts()) {
        for (var signature : kind.signatures()) {
          // releases that only renamed an argument share the topic; the newest names apply
          all.putIfAbsent(new Source(contract, signature.topic0()), new Signed(kind, signature));
        }
      }
    }
    return Map.copyOf(all);
  }

  /**
   * Finds the kind of a raw log. Needs the contract, because several contracts use one name or
   * topic for different events.
   *
   * @param topic0 {@code 0x} and 64 lower-case hex digits
   */
  public static Optional<Signed> find(Contract contract, String topic0) {
    return Optional.ofNullable(BY_SOURCE.get(new Source(contract, topic0)));
  }

  /**
   * Finds the kind of a decoded log. Of several kinds with one name it returns the one whose
   * arguments the log has, because exporters omit the topic.
   *
   * @param hasArgument whether the log has an argument of this name
   */
  public static Optional<EventKind> find(String name, Predicate<String> hasArgument) {
    var kinds = BY_NAME.getOrDefault(name, List.of());
    return kinds.size() == 1
        ? Optional.of(kinds.getFirst())
        : kinds.stream()
            .min(
                comparingLong((EventKind kind) -> missing(kind, hasArgument))
                    .thenComparing(comparingLong(EventKinds::size).reversed()));
  }

  private static long missing(EventKind kind, Predicate<String> hasArgument) {
    return kind.signatures().stream()
        .mapToLong(
            signature ->
                signature.arguments().stream()
                    .map(Argument::name)
                    .filter(hasArgument.negate())
                    .count())
        .min()
        .orElseThrow();
  }

  private static int size(EventKind kind) {
    return kind.signatures().getFirst().arguments().size();
  }

  /** Returns the topics that select all stored logs of some contracts. */
  public static Set<String> topics(Set<Contract> contracts) {
    return BY_SOURCE.entrySet().stream()
        .filter(entry -> contracts.contains(entry.getKey().contract()))
        .filter(entry -> entry.getValue().kind().isStored())
        .map(entry -> entry.getKey().topic0())
        .collect(toUnmodifiableSet());
  }

  private EventKinds() {}
}
