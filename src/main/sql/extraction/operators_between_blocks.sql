-- Operators that changed between two blocks, by an event or because something took effect.
-- Grain: one row per operator.
-- Units: blocks, instants.
-- The step matured_operators is the select of matured_operators.sql.

with

written as (
    select operator_id from operator_event_logs
    where block_number > :after_block and block_number <= :until_block
),

changed_sets as (
    select distinct operator_set_id
    from operator_set_event_logs
    where block_number > :after_block and block_number <= :until_block
),

-- operators affected by rows that do not name an operator
touched as (
    select operator_id from operator_added_to_operator_set_events join changed_sets using (operator_set_id)
    union all
    select operator_id from allocation_events join changed_sets using (operator_set_id)
    union all
    -- all operators that any event names; the source's table operators can lack some
    select operator_id
    from operator_event_logs
    where exists (
        select from default_operator_split_bips_set_events
        where block_number > :after_block and block_number <= :until_block
    )
)

select operator_id::text
from (
    select operator_id from written
    union
    select operator_id from touched
    union
    select operator_id from matured_operators
) as affected
where operator_id is not null
order by operator_id
