-- Whether any row is still above the block that the state is as of, and since when it is known.
-- Grain: one row; null when there is none.
-- Units: blocks; UTC instants as the loader writes them.

with

written as (
    select created_at from event_logs
    where block_number > :until_block and (created_at >= :since or updated_at >= :since)
)

select min(created_at)::timestamp as created_at
from written
