-- Registration of an operator.
-- Grain: one row per operator with an OperatorRegistered event; the first counts.
-- Units: blocks, instants.

select distinct on (operator_id)
    operator_id::text,
    block_number::bigint as registered_block,
    log_index::bigint as registered_log_index,
    to_timestamp(block_timestamp)::timestamptz as registered_at,
    transaction_hash::text,
    delegation_approver::text
from operator_registered_events
where operator_id in (select unnest(:operators)) and block_number <= :until_block
order by operator_id, block_number, log_index
