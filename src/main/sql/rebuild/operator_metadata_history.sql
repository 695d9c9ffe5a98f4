-- Metadata URIs that an operator published.
-- Grain: one row per OperatorMetadataURIUpdated event.
-- Units: blocks, instants.

select
    operator_id::text,
    block_number::bigint as set_block,
    log_index::bigint as set_log_index,
    to_timestamp(block_timestamp)::timestamptz as set_at,
    metadata_uri::text
from operator_metadata_update_events
where operator_id in (select unnest(:operators)) and block_number <= :until_block
