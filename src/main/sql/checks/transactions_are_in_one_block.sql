-- Transactions whose logs name several blocks: a reorganisation was exported twice.
-- Grain: one row per transaction.
-- Units: blocks.

with

logs as (
    select transaction_hash, block_number from operator_registered_events
    union all
    select transaction_hash, block_number from delegation_approver_updated_events
    union all
    select transaction_hash, block_number from operator_metadata_update_events
    union all
    select transaction_hash, block_number from operator_share_events
    union all
    select transaction_hash, block_number from staker_delegation_events
    union all
    select transaction_hash, block_number from staker_force_undelegated_events
    union all
    select transaction_hash, block_number from operator_shares_slashed_events
    union all
    select transaction_hash, block_number from allocation_delay_set_events
    union all
    select transaction_hash, block_number from allocation_events
    union all
    select transaction_hash, block_number from encumbered_magnitude_updated_events
    union all
    select transaction_hash, block_number from max_magnitude_updated_events
    union all
    select transaction_hash, block_number from operator_slashed_events
    union all
    select transaction_hash, block_number from operator_added_to_operator_set_events
    union all
    select transaction_hash, block_number from operator_removed_from_operator_set_events
    union all
    select transaction_hash, block_number from operator_avs_registration_status_updated_events
    union all
    select transaction_hash, block_number from operator_avs_split_bips_set_events
    union all
    select transaction_hash, block_number from operator_pi_split_bips_set_events
    union all
    select transaction_hash, block_number from operator_set_split_bips_set_events
    union all
    select transaction_hash, block_number from deposit_scaling_factor_updated_events
    union all
    select transaction_hash, block_number from withdrawal_events
    union all
    select transaction_hash, block_number from avs_registrar_set_events
    union all
    select transaction_hash, block_number from avs_metadata_update_events
    union all
    select transaction_hash, block_number from operator_set_created_events
    union all
    select transaction_hash, block_number from strategy_operator_set_events
    union all
    select transaction_hash, block_number from redistribution_address_set_events
    union all
    select transaction_hash, block_number from default_operator_split_bips_set_events
    union all
    select transaction_hash, block_number from deposit_events
)

select
    transaction_hash,
    min(block_number) as first_block,
    max(block_number) as last_block
from logs
group by transaction_hash
having min(block_number) <> max(block_number)
