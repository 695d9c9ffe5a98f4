-- The first block whose rows were written since the source was last read.
-- Grain: one row; null when none was written.
-- Units: blocks.

select min(block_number)::bigint as first_block
from event_logs
where block_number <= :last_block and (created_at >= :since or updated_at >= :since)
