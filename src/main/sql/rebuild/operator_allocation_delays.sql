-- Blocks between an operator's allocation and the block from which it can be slashed.
-- Grain: one row per operator that ever set its delay.
-- Units: blocks.

with

-- a change that is set before the one before it takes effect replaces it
changes as (
    select
        operator_id,
        delay,
        effect_block,
        block_number,
        log_index,
        lead(block_number) over (
            partition by operator_id order by block_number, log_index
        ) as next_block
    from allocation_delay_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

standing as (
    select operator_id, delay, effect_block, block_number, log_index
    from changes
    where next_block is null or next_block >= effect_block
),

current_delays as (
    select distinct on (operator_id) operator_id, delay
    from standing
    where effect_block <= :until_block
    order by operator_id, block_number desc, log_index desc
),

pending_delays as (
    select operator_id, delay, effect_block
    from standing
    where effect_block > :until_block
)

select
    operator_id::text,
    current_delays.delay::bigint as current_blocks,
    pending_delays.delay::bigint as pending_blocks,
    pending_delays.effect_block::bigint as pending_effect_block
from current_delays
full outer join pending_delays using (operator_id)
