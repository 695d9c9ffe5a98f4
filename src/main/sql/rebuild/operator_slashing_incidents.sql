-- Slashes of an operator.
-- Grain: one row per OperatorSlashed event; two in one transaction are two rows.
-- Units: blocks, instants.

select
    operator_id::text,
    transaction_hash::text,
    log_index::bigint,
    operator_set_id::text,
    block_number::bigint as slashed_block,
    to_timestamp(block_timestamp)::timestamptz as slashed_at,
    description::text
from operator_slashed_events
where operator_id in (select unnest(:operators)) and block_number <= :until_block
