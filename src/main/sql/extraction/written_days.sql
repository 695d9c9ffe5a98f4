-- UTC days whose rows were written since the source was last read.
-- Grain: one row per day.
-- Units: blocks; UTC instants as the loader writes them.

with

written as (
    select block_number, block_timestamp, greatest(created_at, updated_at) as written_at
    from event_logs
    where block_number <= :until_block and (created_at >= :since or updated_at >= :since)
)

select
    (date '1970-01-01' + (block_timestamp / 86400)::integer)::date as day,
    min(block_number)::bigint as first_block,
    max(written_at)::timestamp as written_at
from written
-- an impossible time fails the rebuild of its operator only
where block_timestamp between 1438269973 and extract(epoch from now()) + 300
group by block_timestamp / 86400
order by day
