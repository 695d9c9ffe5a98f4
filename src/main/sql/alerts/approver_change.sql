-- Delegation approvers that operators replaced after their registration.
-- Grain: one row per change.
-- Units: blocks, instants.

with

changes as (
    select
        named.operator_id,
        named.set_block,
        named.set_log_index,
        named.set_at,
        named.delegation_approver as new_approver,
        lag(named.delegation_approver) over (
            partition by named.operator_id order by named.set_block, named.set_log_index
        ) as old_approver
    from operator_approver_history as named
    where named.operator_id in (select unnest(:operators))
)

select
    concat_ws('-', changes.operator_id, changes.set_block, changes.set_log_index)::text as fact_key,
    changes.operator_id::text,
    null::text as avs_id,
    null::text as staker_id,
    changes.set_block::bigint as block_number,
    changes.set_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'oldApprover', changes.old_approver, 'newApprover', changes.new_approver
    ) as figures,
    null::text as detail,
    ('/operators/' || changes.operator_id)::text as link
from changes
where changes.set_at > :from_time and changes.new_approver <> changes.old_approver
