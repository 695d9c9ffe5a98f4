-- Blocks whose time is before Ethereum, later than now, or earlier than that of a block before them.
-- Grain: one row per block; of two that contradict each other, the later one.
-- Units: unix seconds.

with

logs as (
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

blocks as (
    select
        block_number,
        min(block_timestamp) as earliest_time,
        max(block_timestamp) as latest_time
    from logs
    group by block_number
),

ordered as (
    select
        *,
        max(latest_time) filter (where latest_time <= extract(epoch from now()) + 300) over (
            order by block_number rows between unbounded preceding and 1 preceding
        ) as latest_time_before
    from blocks
)

select block_number, earliest_time, latest_time, latest_time_before
from ordered
where
    earliest_time < 1438269973
    or latest_time > extract(epoch from now()) + 300
    or earliest_time < latest_time_before
