-- The events before and after a moment, given as a block or an instant; the other one is beyond all events.
-- Grain: one row.
-- Units: blocks, unix seconds.

with

nearest as (
    select
        max(array[block_number, block_timestamp]) filter (where is_before) as before_point,
        min(array[block_number, block_timestamp]) filter (where not is_before) as after_point
    from (
        select
            block_number,
            block_timestamp,
            block_number <= :until_block and to_timestamp(block_timestamp) <= :chain_time as is_before
        from event_logs
        where
            block_number <= 4294967295
            and block_timestamp between 1438269973 and extract(epoch from now()) + 300
    ) as sides
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
        from timed_blocks
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
