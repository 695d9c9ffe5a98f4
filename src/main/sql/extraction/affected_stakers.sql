-- Stakers with new or changed rows in the source since it was last read, also of what they hold outside operators.
-- Grain: one row per staker.
-- Units: blocks; :since is a UTC instant as the loader writes it.

with

written as (
    select staker_id from deposit_events
    where created_at >= :since or updated_at >= :since
    union all
    select staker_id from withdrawal_events
    where event_type = 'QUEUED' and (created_at >= :since or updated_at >= :since)
    union all
    select staker_id from deposit_scaling_factor_updated_events
    where created_at >= :since or updated_at >= :since
    union all
    select staker_id from beacon_chain_slashing_events
    where created_at >= :since or updated_at >= :since
    union all
    select pod_owner_id from pod_shares_update_events
    where created_at >= :since or updated_at >= :since
    union all
    select owner_id from pod_deployed_events
    where created_at >= :since or updated_at >= :since
    union all
    select pod_owner_id from beacon_chain_deposit_events
    where created_at >= :since or updated_at >= :since
    union all
    select pod_owner_id from beacon_chain_eth_withdrawal_completed_events
    where created_at >= :since or updated_at >= :since
    union all
    -- decides whether a deposit reached an operator
    select staker_id from operator_share_events
    where event_type = 'INCREASED' and (created_at >= :since or updated_at >= :since)
),

-- a full read (-infinity) skips these: all stakers are in written, too
completed_roots as (
    select withdrawal_root
    from withdrawal_events
    where event_type = 'COMPLETED' and (created_at >= :since or updated_at >= :since) and :since > '-infinity'
),

completed as (
    select
        (
            select staker_id
            from withdrawal_events
            where
                withdrawal_events.withdrawal_root = completed_roots.withdrawal_root
                and event_type = 'QUEUED'
            limit 1
        ) as staker_id
    from completed_roots
),

-- without scaled shares a slash before the withdrawal makes its amount unknown
slashed as (
    select withdrawal_events.staker_id
    from (
        select distinct operator_id
        from max_magnitude_updated_events
        where (created_at >= :since or updated_at >= :since) and :since > '-infinity'
    ) as slashes
    join withdrawal_events on withdrawal_events.delegated_to_id = slashes.operator_id
    where withdrawal_events.event_type = 'QUEUED' and withdrawal_events.scaled_shares is null
),

-- the first block in which a withdrawal can be completed
matured as (
    select staker_id
    from withdrawal_events
    where
        event_type = 'QUEUED'
        and start_block >= :after_block - :withdrawal_delay
        and start_block < :until_block - :withdrawal_delay
        and delegated_to_id = '0x0000000000000000000000000000000000000000'
)

select distinct staker_id::text
from (
    select staker_id from written
    union all
    select staker_id from completed
    union all
    select staker_id from slashed
    union all
    select staker_id from matured
) as affected
where staker_id is not null and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
order by staker_id
