-- Strategies whose stake an operator set can slash.
-- Grain: one row per operator set and strategy that is in the set.
-- Units: instants.

with

latest_acts as (
    select distinct on (operator_set_id, strategy_id)
        operator_set_id, strategy_id, event_type, block_timestamp
    from strategy_operator_set_events
    where block_number <= :until_block
    order by operator_set_id, strategy_id, block_number desc, log_index desc
)

select
    operator_set_id::text,
    strategy_id::text,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as added_at
from latest_acts
where event_type = 'ADDED'
