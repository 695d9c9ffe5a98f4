-- Periods in which each staker was delegated to an operator.
-- Grain: one row per operator, staker and period.
-- Units: blocks, instants.

with

-- a forced undelegation has a second row beside the ordinary one, which only marks the act as forced
forced as (
    select operator_id, staker_id, transaction_hash
    from staker_force_undelegated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union
    select operator_id, staker_id, transaction_hash
    from staker_delegation_events
    where
        operator_id in (select unnest(:operators))
        and block_number <= :until_block
        and delegation_type = 'FORCE_UNDELEGATED'
),

acts as (
    select
        operator_id,
        staker_id,
        block_number,
        log_index,
        block_timestamp,
        transaction_hash,
        delegation_type = 'DELEGATED' as is_start,
        lag(delegation_type = 'DELEGATED') over chain as was_start
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    window chain as (partition by operator_id, staker_id order by block_number, log_index)
),

-- the first of equal acts counts; the others change nothing
changes as (
    select
        operator_id,
        staker_id,
        block_number,
        log_index,
        block_timestamp,
        transaction_hash,
        is_start,
        lead(block_number) over chain as next_block,
        lead(log_index) over chain as next_log_index,
        lead(block_timestamp) over chain as next_timestamp,
        lead(transaction_hash) over chain as next_transaction
    from acts
    where is_start is distinct from coalesce(was_start, false)
    window chain as (partition by operator_id, staker_id order by block_number, log_index)
)

select
    changes.operator_id::text,
    changes.staker_id::text,
    changes.block_number::bigint as delegated_block,
    changes.log_index::bigint as delegated_log_index,
    to_timestamp(changes.block_timestamp)::timestamptz as delegated_at,
    changes.next_block::bigint as undelegated_block,
    changes.next_log_index::bigint as undelegated_log_index,
    to_timestamp(changes.next_timestamp)::timestamptz as undelegated_at,
    (forced.transaction_hash is not null)::boolean as was_forced
from changes
left join forced
    on forced.operator_id = changes.operator_id
    and forced.staker_id = changes.staker_id
    and forced.transaction_hash = changes.next_transaction
where changes.is_start
