-- Allocation delays that operators set to another value.
-- Grain: one row per change.
-- Units: blocks.

with

changes as (
    select
        act.operator_id,
        act.block_number,
        act.log_index,
        act.transaction_hash,
        act.happened_at,
        act.amount as new_blocks,
        lag(act.amount) over (
            partition by act.operator_id order by act.block_number, act.log_index
        ) as old_blocks
    from operator_activity as act
    where
        act.operator_id in (select unnest(:operators))
        and act.activity_type = 'ALLOCATION_DELAY_SET'
)

select
    concat_ws('-', changes.operator_id, changes.block_number, changes.log_index)::text as fact_key,
    changes.operator_id::text,
    null::text as avs_id,
    null::text as staker_id,
    changes.block_number::bigint,
    changes.happened_at::timestamptz,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'transactionHash', changes.transaction_hash,
        'oldBlocks', changes.old_blocks::text,
        'newBlocks', changes.new_blocks::text
    ) as figures,
    null::text as detail,
    ('/operators/' || changes.operator_id)::text as link
from changes
where
    changes.happened_at > :from_time
    and changes.new_blocks is distinct from changes.old_blocks
