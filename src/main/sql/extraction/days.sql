-- UTC days with events, with their first and last block.
-- Grain: one row per day.
-- Units: blocks, unix seconds.

with

dated_blocks as (
    select
        (date '1970-01-01' + (block_timestamp / 86400)::integer)::date as day,
        block_number,
        block_timestamp
    from timed_blocks
)

select
    day,
    min(block_number)::bigint as first_block,
    max(block_number)::bigint as last_block,
    max(block_timestamp)::bigint as last_timestamp
from dated_blocks
group by day
order by day
