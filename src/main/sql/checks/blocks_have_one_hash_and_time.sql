-- Blocks whose logs name several hashes or times.
-- Grain: one row per block.
-- Units: unix seconds; hashes as far as exporters name them.

with

logs as (
    select block_number, block_timestamp, raw_data from operator_registered_events
    union all
    select block_number, block_timestamp, raw_data from delegation_approver_updated_events
    union all
    select block_number, block_timestamp, raw_data from operator_metadata_update_events
    union all
    select block_number, block_timestamp, raw_data from operator_share_events
    union all
    select block_number, block_timestamp, raw_data from staker_delegation_events
    union all
    select block_number, block_timestamp, raw_data from staker_force_undelegated_events
    union all
    select block_number, block_timestamp, raw_data from operator_shares_slashed_events
    union all
    select block_number, block_timestamp, raw_data from allocation_delay_set_events
    union all
    select block_number, block_timestamp, raw_data from allocation_events
    union all
    select block_number, block_timestamp, raw_data from encumbered_magnitude_updated_events
    union all
    select block_number, block_timestamp, raw_data from max_magnitude_updated_events
    union all
    select block_number, block_timestamp, raw_data from operator_slashed_events
    union all
    select block_number, block_timestamp, raw_data from operator_added_to_operator_set_events
    union all
    select block_number, block_timestamp, raw_data from operator_removed_from_operator_set_events
    union all
    select block_number, block_timestamp, raw_data from operator_avs_registration_status_updated_events
    union all
    select block_number, block_timestamp, raw_data from operator_avs_split_bips_set_events
    union all
    select block_number, block_timestamp, raw_data from operator_pi_split_bips_set_events
    union all
    select block_number, block_timestamp, raw_data from operator_set_split_bips_set_events
    union all
    select block_number, block_timestamp, raw_data from deposit_scaling_factor_updated_events
    union all
    select block_number, block_timestamp, raw_data from withdrawal_events
    union all
    select block_number, block_timestamp, raw_data from avs_registrar_set_events
    union all
    select block_number, block_timestamp, raw_data from avs_metadata_update_events
    union all
    select block_number, block_timestamp, raw_data from operator_set_created_events
    union all
    select block_number, block_timestamp, raw_data from strategy_operator_set_events
    union all
    select block_number, block_timestamp, raw_data from redistribution_address_set_events
    union all
    select block_number, block_timestamp, raw_data from default_operator_split_bips_set_events
    union all
    select block_number, block_timestamp, raw_data from deposit_events
)

select
    block_number,
    min(block_timestamp) as earliest_time,
    max(block_timestamp) as latest_time,
    min(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash'))) as one_hash,
    max(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash'))) as other_hash
from logs
group by block_number
having
    min(block_timestamp) <> max(block_timestamp)
    or min(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash')))
    <> max(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash')))
