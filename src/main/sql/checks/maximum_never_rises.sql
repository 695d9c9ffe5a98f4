-- Maximum magnitudes that are greater than the one before.
-- Grain: one row per event.
-- Units: wads, blocks.

with

maxima as (
    select
        operator_id,
        strategy_id,
        block_number,
        log_index,
        max_magnitude,
        lag(max_magnitude, 1, 1e18) over (
            partition by operator_id, strategy_id order by block_number, log_index
        ) as previous_max_magnitude
    from max_magnitude_updated_events
)

select operator_id, strategy_id, block_number, log_index, previous_max_magnitude, max_magnitude
from maxima
where max_magnitude > previous_max_magnitude
