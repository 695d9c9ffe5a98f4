-- Blocks whose logs have several hashes or times.
-- Grain: one row per block.
-- Units: unix seconds; hashes where exporters provide them.

select
    block_number,
    min(block_timestamp) as earliest_time,
    max(block_timestamp) as latest_time,
    min(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash'))) as one_hash,
    max(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash'))) as other_hash
from event_logs
group by block_number
having
    min(block_timestamp) <> max(block_timestamp)
    or min(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash')))
    <> max(lower(coalesce(raw_data ->> 'block_hash', raw_data ->> 'blockHash')))
