-- The events before and after a moment, given as a block or an instant; the other one is beyond all events.
-- Grain: one row.
-- Units: blocks, unix seconds.

with

blocks as not materialized (
    select block_number, block_timestamp from event_logs
),

nearest as (
    select
        max(array[block_number, block_timestamp]) filter (where is_before) as before_point,
        min(array[block_number, block_timestamp]) filter (where not is_before) as after_point
    from (
        select
            block_number,
            block_timestamp,
            block_number <= :until_block and to_timestamp(block_timestamp) <= :chain_time as is_before
        from blocks
        where
            block_number <= 4294967295
            and block_timestamp between 1438269973 and extract(epoch from now()) + 300
    ) as sides
),

-- one time per block; it contradicts neither most of the three blocks before nor most of the three after
possible as (
    select
        block_number,
        min(block_timestamp) as block_timestamp
    from blocks
    where
        block_number <= 4294967295
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
),

timed as (
    select block_number, block_timestamp
    from compared
    where
        later_before * 2 <= blocks_before
        and (earlier_behind * 2 <= blocks_behind or blocks_behind < 2)
),

-- needed only where a time contradicts the order of the blocks
nearest_timed as (
    select
        max(array[block_number, block_timestamp]) filter (where is_before) as before_point,
        min(array[block_number, block_timestamp]) filter (where not is_before) as after_point
    from (
        select
            block_number,
            block_timestamp,
            block_number <= :until_block and to_timestamp(block_timestamp) <= :chain_time as is_before
        from timed
        where (select before_point[1] >= after_point[1] from nearest)
    ) as sides
),

points as (
    select before_point, after_point
    from nearest
    where (before_point[1] >= after_point[1]) is not true
    union all
    select before_point, after_point
    from nearest_timed
    where (select before_point[1] >= after_point[1] from nearest)
)

select
    before_point[1]::bigint as before_block,
    before_point[2]::bigint as before_second,
    after_point[1]::bigint as after_block,
    after_point[2]::bigint as after_second
from points
