-- Operator sets of all AVSs.
-- Grain: one row per operator set that any event names.
-- Units: instants.

with

named as (
    select operator_set_id from operator_set_created_events where block_number <= :until_block
    union
    select operator_set_id from operator_added_to_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from operator_removed_from_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from strategy_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from redistribution_address_set_events where block_number <= :until_block
    union
    select operator_set_id from allocation_events where block_number <= :until_block
    union
    select operator_set_id from operator_slashed_events where block_number <= :until_block
    union
    select operator_set_id from operator_set_split_bips_set_events where block_number <= :until_block
),

creations as (
    select operator_set_id, min(block_timestamp) as created
    from operator_set_created_events
    where block_number <= :until_block
    group by operator_set_id
),

latest_recipients as (
    select distinct on (operator_set_id) operator_set_id, redistribution_recipient
    from redistribution_address_set_events
    where block_number <= :until_block
    order by operator_set_id, block_number desc, log_index desc
)

select
    named.operator_set_id::text,
    split_part(named.operator_set_id, '-', 1)::text as avs_id,
    split_part(named.operator_set_id, '-', 2)::bigint as number,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(creations.created, 4102444800))::timestamptz as created_at,
    latest_recipients.redistribution_recipient::text
from named
left join creations using (operator_set_id)
left join latest_recipients using (operator_set_id)
