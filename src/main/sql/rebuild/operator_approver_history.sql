-- Delegation approvers of an operator: addresses that had to agree to delegations.
-- Grain: one row per event that names an approver.
-- Units: blocks, instants.

with

acts as (
    select operator_id, block_number, log_index, block_timestamp, delegation_approver
    from operator_registered_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select operator_id, block_number, log_index, block_timestamp, new_delegation_approver
    from delegation_approver_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
)

select
    operator_id::text,
    block_number::bigint as set_block,
    log_index::bigint as set_log_index,
    to_timestamp(block_timestamp)::timestamptz as set_at,
    delegation_approver::text
from acts
