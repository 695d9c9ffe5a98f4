-- Decreases of a maximum magnitude without a known slash; only a slash lowers it.
-- Grain: one row per event.
-- Units: wads, blocks.

with

maxima as (
    select
        operator_id,
        strategy_id,
        transaction_hash,
        block_number,
        log_index,
        max_magnitude,
        lag(max_magnitude, 1, 1e18) over chain as previous_max_magnitude,
        lead(log_index) over (
            partition by operator_id, strategy_id, transaction_hash order by block_number, log_index
        ) as next_log_index
    from max_magnitude_updated_events
    window chain as (partition by operator_id, strategy_id order by block_number, log_index)
)

select operator_id, strategy_id, block_number, log_index, previous_max_magnitude, max_magnitude
from maxima
where
    max_magnitude < previous_max_magnitude
    -- the slash event follows the decrease and precedes the next decrease in its transaction
    and not exists (
        select from operator_slashed_events as slash
        where
            slash.operator_id = maxima.operator_id
            and slash.transaction_hash = maxima.transaction_hash
            and maxima.strategy_id = any(slash.strategies)
            and slash.log_index > maxima.log_index
            and (slash.log_index < maxima.next_log_index) is not false
    )
