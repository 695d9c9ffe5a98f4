-- Allocations that operators made themselves, without the companion events of slashes.
-- Grain: one row per allocation event.
-- Units: magnitudes in wads.

with

slashes as (
    select
        operator_id,
        transaction_hash,
        log_index,
        operator_set_id,
        lag(log_index, 1, -1::bigint) over (
            partition by operator_id, transaction_hash order by log_index
        ) as previous_log_index,
        strategies,
        wad_slashed
    from operator_slashed_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

allocations as (
    select
        operator_id,
        block_number,
        log_index,
        transaction_hash,
        block_timestamp,
        strategy_id,
        operator_set_id,
        magnitude,
        effect_block > block_number as is_announcement,
        row_number() over (
            partition by operator_id, operator_set_id, strategy_id, effect_block
            order by block_number, log_index
        ) > 1 as is_announced_again
    from allocation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

-- before a slash that took something, the contract emits the rest of the allocation, and the rest
-- of a pending deallocation, with the block at which it takes effect
allocations_of_slashes as (
    select
        allocations.operator_id,
        allocations.transaction_hash,
        allocations.log_index,
        allocations.is_announcement,
        row_number() over (
            partition by
                allocations.operator_id,
                allocations.strategy_id,
                slashes.transaction_hash,
                slashes.log_index,
                allocations.is_announcement
            order by allocations.log_index desc
        ) as place
    from slashes
    cross join lateral unnest(slashes.strategies, slashes.wad_slashed) as slashed (strategy_id, wad)
    join allocations
        on allocations.operator_id = slashes.operator_id
        and allocations.transaction_hash = slashes.transaction_hash
        and allocations.operator_set_id = slashes.operator_set_id
        and allocations.strategy_id = slashed.strategy_id
        and allocations.log_index > slashes.previous_log_index
        and allocations.log_index < slashes.log_index
    where slashed.wad > 0 and (allocations.is_announced_again or not allocations.is_announcement)
)

select
    operator_id,
    block_number,
    log_index,
    transaction_hash,
    block_timestamp,
    strategy_id,
    operator_set_id,
    magnitude
from allocations
where not exists (
    select from allocations_of_slashes as companions
    where
        companions.operator_id = allocations.operator_id
        and companions.transaction_hash = allocations.transaction_hash
        and companions.log_index = allocations.log_index
        and companions.place = 1
)
