-- The newest block with a plausible time that any event names.
-- Grain: one row, or none when nothing was written since.
-- Units: blocks, unix seconds.

with

written as (
    select block_number, block_timestamp from event_logs
    where created_at >= :since or updated_at >= :since
),

-- not before Ethereum started and not later than now; blocks are uint32 in the contracts
newest as (
    select distinct block_number, block_timestamp
    from written
    where
        block_number <= 4294967295
        and block_timestamp between 1438269973 and extract(epoch from now()) + 300
    order by block_number desc, block_timestamp
    limit 64
),

compared as (
    select
        block_number,
        block_timestamp,
        count(*) over before as blocks_before,
        coalesce((lag(block_timestamp, 1) over chain > block_timestamp)::integer, 0)
        + coalesce((lag(block_timestamp, 2) over chain > block_timestamp)::integer, 0)
        + coalesce((lag(block_timestamp, 3) over chain > block_timestamp)::integer, 0) as later_before
    from newest
    window
        chain as (order by block_number, block_timestamp),
        before as (order by block_number, block_timestamp rows between 3 preceding and 1 preceding)
)

select
    block_number::bigint,
    block_timestamp::bigint
from compared
-- most of the three blocks before it are not later
where later_before * 2 <= blocks_before
order by block_number desc, block_timestamp
limit 1
