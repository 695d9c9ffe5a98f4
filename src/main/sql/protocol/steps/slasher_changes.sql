-- Every change of the slasher of an operator set, announced or migrated.
-- Grain: one row per event.
-- Units: blocks, seconds.

with

slasher_rows as (
    select operator_set_id, slasher, effect_block, block_number, log_index, block_timestamp
    from slasher_updated_events
    where block_number <= :until_block
    union all
    select operator_set_id, slasher, block_number, block_number, log_index, block_timestamp
    from slasher_migrated_events
    where block_number <= :until_block
),

followed as (
    select
        slasher_rows.*,
        lead(block_number) over (
            partition by operator_set_id order by block_number, log_index
        ) as next_block
    from slasher_rows
)

select
    operator_set_id,
    slasher,
    effect_block,
    block_number,
    log_index,
    block_timestamp,
    -- a change that is announced before the one before it takes effect replaces it
    next_block is null or next_block >= effect_block as is_standing
from followed
