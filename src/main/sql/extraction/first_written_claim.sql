-- The earliest block with a claim of rewards that was written since the source was last read.
-- Grain: one row.
-- Units: blocks; :since is a UTC instant as the loader writes it.

select min(block_number)::bigint as block_number
from rewards_claimed_events
where created_at >= :since or updated_at >= :since
