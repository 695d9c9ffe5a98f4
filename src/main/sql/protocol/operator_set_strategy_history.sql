-- Periods in which a strategy was in an operator set.
-- Grain: one row per operator set, strategy and period.
-- Units: blocks, instants.

with

acts_in_order as (
    select
        operator_set_id,
        strategy_id,
        event_type = 'ADDED' as is_start,
        lag(event_type = 'ADDED', 1, false) over chain as was_start,
        block_number,
        log_index,
        block_timestamp
    from strategy_operator_set_events
    where block_number <= :until_block
    window chain as (partition by operator_set_id, strategy_id order by block_number, log_index)
),

changes as (
    select
        operator_set_id,
        strategy_id,
        is_start,
        block_number,
        log_index,
        block_timestamp,
        lead(block_timestamp) over (
            partition by operator_set_id, strategy_id order by block_number, log_index
        ) as next_timestamp
    from acts_in_order
    where is_start <> was_start
)

select
    operator_set_id::text,
    strategy_id::text,
    block_number::bigint as added_block,
    log_index::bigint as added_log_index,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as added_at,
    to_timestamp(
        case when next_timestamp > 4102444800 then 4102444800 else next_timestamp end
    )::timestamptz as removed_at
from changes
where is_start
