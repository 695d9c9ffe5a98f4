-- Slashers that operator sets announced.
-- Grain: one row per change that takes effect after the block that announces it.
-- Units: blocks, instants.

with

counted as (
    select
        slasher_changes.*,
        count(*) filter (where is_standing) over so_far as nth_standing
    from slasher_changes
    window so_far as (partition by operator_set_id order by block_number, log_index)
)

select
    changes.operator_set_id::text,
    changes.block_number::bigint as announced_block,
    changes.log_index::bigint as announced_log_index,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(changes.block_timestamp, 4102444800))::timestamptz as announced_at,
    coalesce(before.slasher, split_part(changes.operator_set_id, '-', 1))::text as slasher_before,
    changes.slasher::text,
    changes.effect_block::bigint,
    changes.is_standing::boolean
from counted as changes
left join counted as before
    on before.operator_set_id = changes.operator_set_id
    and before.is_standing
    and before.nth_standing = changes.nth_standing - changes.is_standing::integer
where changes.effect_block > changes.block_number
