-- Blocks with a time before Ethereum started, later than now, or earlier than the time of a previous block.
-- Grain: one row per block; of two blocks that contradict each other, the later one.
-- Units: unix seconds.

with

blocks as (
    select
        block_number,
        min(block_timestamp) as earliest_time,
        max(block_timestamp) as latest_time
    from event_logs
    group by block_number
),

ordered as (
    select
        *,
        max(latest_time) filter (where latest_time <= extract(epoch from now()) + 300) over (
            order by block_number rows between unbounded preceding and 1 preceding
        ) as latest_time_before
    from blocks
)

select block_number, earliest_time, latest_time, latest_time_before
from ordered
where
    earliest_time < 1438269973
    or latest_time > extract(epoch from now()) + 300
    or earliest_time < latest_time_before
