-- Of which UTC days rows were written since the source was last read.
-- Grain: one row per day.
-- Units: blocks; UTC instants as the loader writes them.

with

written as (
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_registered_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from delegation_approver_updated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_metadata_update_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_share_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from staker_delegation_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from staker_force_undelegated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_shares_slashed_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from allocation_delay_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from allocation_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from encumbered_magnitude_updated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from max_magnitude_updated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_slashed_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_added_to_operator_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_removed_from_operator_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_avs_registration_status_updated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_avs_split_bips_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_pi_split_bips_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_set_split_bips_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from deposit_scaling_factor_updated_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from withdrawal_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from avs_registrar_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from avs_metadata_update_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from operator_set_created_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from strategy_operator_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from redistribution_address_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from default_operator_split_bips_set_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
    union all
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from deposit_events
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
)

select
    (date '1970-01-01' + (block_timestamp / 86400)::integer)::date as day,
    min(block_number)::bigint as first_block,
    max(written_at)::timestamp as written_at
from written
-- an impossible time fails the rebuild of its operator only
where block_timestamp between 1438269973 and extract(epoch from now()) + 300
group by block_timestamp / 86400
order by day
