-- Blocks whose time contradicts neither most of the three blocks before nor most of the three after.
-- Grain: one row per block with events, from :first_block to :last_block.
-- Units: blocks, unix seconds.

with

possible as (
    select
        block_number,
        min(block_timestamp) as block_timestamp
    from event_logs
    where
        block_number >= :first_block
        and block_number <= least(:last_block, 4294967295)
        and block_timestamp between 1438269973 and extract(epoch from now()) + 300
    group by block_number
),

compared as (
    select
        block_number,
        block_timestamp,
        count(*) over before as blocks_before,
        count(*) over behind as blocks_behind,
        coalesce((lag(block_timestamp, 1) over chain > block_timestamp)::integer, 0)
        + coalesce((lag(block_timestamp, 2) over chain > block_timestamp)::integer, 0)
        + coalesce((lag(block_timestamp, 3) over chain > block_timestamp)::integer, 0) as later_before,
        coalesce((lead(block_timestamp, 1) over chain < block_timestamp)::integer, 0)
        + coalesce((lead(block_timestamp, 2) over chain < block_timestamp)::integer, 0)
        + coalesce((lead(block_timestamp, 3) over chain < block_timestamp)::integer, 0) as earlier_behind
    from possible
    window
        chain as (order by block_number),
        before as (order by block_number rows between 3 preceding and 1 preceding),
        behind as (order by block_number rows between 1 following and 3 following)
)

select block_number, block_timestamp
from compared
where
    later_before * 2 <= blocks_before
    and (earlier_behind * 2 <= blocks_behind or blocks_behind < 2)
