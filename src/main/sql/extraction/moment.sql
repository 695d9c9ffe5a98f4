-- The events on either side of a moment, which is a block or an instant, the other one being beyond all.
-- Grain: one row.
-- Units: blocks, unix seconds.

with

blocks as (
    select block_number, block_timestamp from operator_registered_events
    union all
    select block_number, block_timestamp from delegation_approver_updated_events
    union all
    select block_number, block_timestamp from operator_metadata_update_events
    union all
    select block_number, block_timestamp from operator_share_events
    union all
    select block_number, block_timestamp from staker_delegation_events
    union all
    select block_number, block_timestamp from staker_force_undelegated_events
    union all
    select block_number, block_timestamp from operator_shares_slashed_events
    union all
    select block_number, block_timestamp from allocation_delay_set_events
    union all
    select block_number, block_timestamp from allocation_events
    union all
    select block_number, block_timestamp from encumbered_magnitude_updated_events
    union all
    select block_number, block_timestamp from max_magnitude_updated_events
    union all
    select block_number, block_timestamp from operator_slashed_events
    union all
    select block_number, block_timestamp from operator_added_to_operator_set_events
    union all
    select block_number, block_timestamp from operator_removed_from_operator_set_events
    union all
    select block_number, block_timestamp from operator_avs_registration_status_updated_events
    union all
    select block_number, block_timestamp from operator_avs_split_bips_set_events
    union all
    select block_number, block_timestamp from operator_pi_split_bips_set_events
    union all
    select block_number, block_timestamp from operator_set_split_bips_set_events
    union all
    select block_number, block_timestamp from deposit_scaling_factor_updated_events
    union all
    select block_number, block_timestamp from withdrawal_events
    union all
    select block_number, block_timestamp from avs_registrar_set_events
    union all
    select block_number, block_timestamp from avs_metadata_update_events
    union all
    select block_number, block_timestamp from operator_set_created_events
    union all
    select block_number, block_timestamp from strategy_operator_set_events
    union all
    select block_number, block_timestamp from redistribution_address_set_events
    union all
    select block_number, block_timestamp from default_operator_split_bips_set_events
    union all
    select block_number, block_timestamp from deposit_events
),

sides as (
    select
        block_number,
        block_timestamp,
        block_number <= :until_block and to_timestamp(block_timestamp) <= :chain_time as is_before
    from blocks
)

select
    max(block_number) filter (where is_before)::bigint as before_block,
    max(block_timestamp) filter (where is_before)::bigint as before_second,
    min(block_number) filter (where not is_before)::bigint as after_block,
    min(block_timestamp) filter (where not is_before)::bigint as after_second
from sides
