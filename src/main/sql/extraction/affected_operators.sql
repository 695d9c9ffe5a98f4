-- Operators with new or changed rows in the source since it was last read.
-- Grain: one row per operator.
-- Units: blocks; :since is a UTC instant as the loader writes it.
-- The step matured_operators is the select of matured_operators.sql.

with

written as (
    select operator_id from operator_event_logs
    where created_at >= :since or updated_at >= :since
),

-- a full read (-infinity) skips this: every affected operator is in written, too
completed_roots as (
    select withdrawal_root
    from withdrawal_events
    where event_type = 'COMPLETED' and (created_at >= :since or updated_at >= :since) and :since > '-infinity'
),

stakers as (
    select distinct staker_id
    from staker_event_logs
    where (created_at >= :since or updated_at >= :since) and :since > '-infinity'
),

changed_sets as (
    select distinct operator_set_id
    from operator_set_event_logs
    where created_at >= :since or updated_at >= :since
),

-- operators affected by rows that do not name an operator
touched as (
    -- looks roots up one by one: few withdrawals complete at a time, but many were ever queued
    select
        (
            select delegated_to_id
            from withdrawal_events
            where
                withdrawal_events.withdrawal_root = completed_roots.withdrawal_root
                and event_type = 'QUEUED'
                and delegated_to_id <> '0x0000000000000000000000000000000000000000'
            limit 1
        ) as operator_id
    from completed_roots
    union all
    select operator_id from staker_delegation_events join stakers using (staker_id)
    union all
    select operator_id from operator_added_to_operator_set_events join changed_sets using (operator_set_id)
    union all
    select operator_id from allocation_events join changed_sets using (operator_set_id)
    union all
    -- all operators that any event names; the source's table operators can lack some
    select operator_id
    from operator_event_logs
    where exists (
        select from default_operator_split_bips_set_events
        where created_at >= :since or updated_at >= :since
    )
)

select operator_id::text, (array ['WRITTEN', 'TOUCHED', 'MATURED'])[min(precedence)]::text as reason
from (
    select operator_id, 1 as precedence from written
    union all
    select operator_id, 2 as precedence from touched
    union all
    select operator_id, 3 as precedence from matured_operators
) as affected
where operator_id is not null
group by operator_id
order by operator_id
