-- The time at which the first row above the block of the state was written.
-- Grain: one row; null when there is none.
-- Units: blocks; UTC instants as the loader writes them.

with

written as (
    select created_at from event_logs
    where block_number > :until_block and (created_at >= :since or updated_at >= :since)
)

select min(created_at)::timestamp as created_at
from written
