-- Places in a block at which logs of several transactions stand.
-- Grain: one row per block and log index.
-- Units: blocks.

with

logs as (
    select transaction_hash, block_number, log_index from operator_registered_events
    union all
    select transaction_hash, block_number, log_index from delegation_approver_updated_events
    union all
    select transaction_hash, block_number, log_index from operator_metadata_update_events
    union all
    select transaction_hash, block_number, log_index from operator_share_events
    union all
    select transaction_hash, block_number, log_index from staker_delegation_events
    union all
    select transaction_hash, block_number, log_index from staker_force_undelegated_events
    union all
    select transaction_hash, block_number, log_index from operator_shares_slashed_events
    union all
    select transaction_hash, block_number, log_index from allocation_delay_set_events
    union all
    select transaction_hash, block_number, log_index from allocation_events
    union all
    select transaction_hash, block_number, log_index from encumbered_magnitude_updated_events
    union all
    select transaction_hash, block_number, log_index from max_magnitude_updated_events
    union all
    select transaction_hash, block_number, log_index from operator_slashed_events
    union all
    select transaction_hash, block_number, log_index from operator_added_to_operator_set_events
    union all
    select transaction_hash, block_number, log_index from operator_removed_from_operator_set_events
    union all
    select transaction_hash, block_number, log_index from operator_avs_registration_status_updated_events
    union all
    select transaction_hash, block_number, log_index from operator_avs_split_bips_set_events
    union all
    select transaction_hash, block_number, log_index from operator_pi_split_bips_set_events
    union all
    select transaction_hash, block_number, log_index from operator_set_split_bips_set_events
    union all
    select transaction_hash, block_number, log_index from deposit_scaling_factor_updated_events
    union all
    select transaction_hash, block_number, log_index from withdrawal_events
    union all
    select transaction_hash, block_number, log_index from avs_registrar_set_events
    union all
    select transaction_hash, block_number, log_index from avs_metadata_update_events
    union all
    select transaction_hash, block_number, log_index from operator_set_created_events
    union all
    select transaction_hash, block_number, log_index from strategy_operator_set_events
    union all
    select transaction_hash, block_number, log_index from redistribution_address_set_events
    union all
    select transaction_hash, block_number, log_index from default_operator_split_bips_set_events
    union all
    select transaction_hash, block_number, log_index from deposit_events
)

select
    block_number,
    log_index,
    min(transaction_hash) as one_transaction,
    max(transaction_hash) as other_transaction
from logs
group by block_number, log_index
having min(transaction_hash) <> max(transaction_hash)
