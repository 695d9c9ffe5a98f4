-- The beacon chain's factor when each part of native ETH was queued, and the one that counts for it now.
-- Grain: one row per part of native ETH.
-- Units: factors in wads.

with

beacon_chain_changes as (
    select
        staker_id,
        new_beacon_chain_slashing_factor::numeric as factor,
        block_number,
        log_index
    from beacon_chain_slashing_events
    where
        staker_id in (select staker_id from withdrawal_parts where is_native_eth)
        and block_number <= :until_block
),

-- the contracts apply the beacon chain's factor of the completion, however long after the delay; it only falls, too
beacon_chain_rows as (
    select staker_id, block_number, log_index, factor,
        null as operator_id, null as withdrawal_root, null::bigint as place
    from beacon_chain_changes
    union all
    select staker_id, moment.block_number, moment.log_index, null, operator_id, withdrawal_root, place
    from withdrawal_parts
    cross join lateral (
        values
            (block_number, log_index),
            (coalesce(completed_block, :until_block), coalesce(completed_log_index, 2147483647))
    ) as moment (block_number, log_index)
    where is_native_eth
),

beacon_chain_factors as (
    select
        operator_id,
        withdrawal_root,
        place,
        coalesce(min(factor) over until_here, 1e18) as factor
    from beacon_chain_rows
    window until_here as (
        partition by staker_id order by block_number, log_index rows unbounded preceding
    )
)

select
    operator_id,
    withdrawal_root,
    place,
    max(factor) as factor_when_queued,
    min(factor) as factor_now
from beacon_chain_factors
where withdrawal_root is not null
group by operator_id, withdrawal_root, place
