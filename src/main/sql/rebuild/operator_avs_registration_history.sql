-- Periods in which an operator served each AVS, by the AVS directory or through an operator set.
-- Grain: one row per operator, AVS, path and period.
-- Units: blocks, instants.

with

acts as (
    select
        operator_id,
        avs_id,
        '' as operator_set_id,
        status = 'REGISTERED' as is_start,
        block_number,
        log_index,
        block_timestamp
    from operator_avs_registration_status_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id,
        split_part(operator_set_id, '-', 1),
        operator_set_id,
        true,
        block_number,
        log_index,
        block_timestamp
    from operator_added_to_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id,
        split_part(operator_set_id, '-', 1),
        operator_set_id,
        false,
        block_number,
        log_index,
        block_timestamp
    from operator_removed_from_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

acts_in_order as (
    select
        operator_id,
        avs_id,
        operator_set_id,
        is_start,
        lag(is_start, 1, false) over chain as was_start,
        block_number,
        log_index,
        block_timestamp
    from acts
    window chain as (
        partition by operator_id, avs_id, operator_set_id order by block_number, log_index
    )
),

-- the first of equal acts counts; the others change nothing
changes as (
    select
        operator_id,
        avs_id,
        operator_set_id,
        is_start,
        block_number,
        log_index,
        block_timestamp,
        lead(block_number) over chain as next_block,
        lead(block_timestamp) over chain as next_timestamp
    from acts_in_order
    where is_start <> was_start
    window chain as (
        partition by operator_id, avs_id, operator_set_id order by block_number, log_index
    )
)

select
    operator_id::text,
    avs_id::text,
    operator_set_id::text,
    block_number::bigint as registered_block,
    log_index::bigint as registered_log_index,
    to_timestamp(block_timestamp)::timestamptz as registered_at,
    next_block::bigint as unregistered_block,
    to_timestamp(next_timestamp)::timestamptz as unregistered_at
from changes
where is_start
