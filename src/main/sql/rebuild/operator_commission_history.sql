-- Changes of an operator's commission rates.
-- Grain: one row per change; each kind and subject has its own history.
-- Units: bips (10000 keeps the whole reward), blocks, instants.

with

changes as (
    select
        operator_id,
        'PI' as commission_kind,
        '' as subject_id,
        block_number,
        log_index,
        block_timestamp,
        activated_at,
        old_operator_pi_split_bips as old_bips,
        new_operator_pi_split_bips as new_bips,
        caller
    from operator_pi_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id,
        'AVS',
        avs_id,
        block_number,
        log_index,
        block_timestamp,
        activated_at,
        old_operator_avs_split_bips,
        new_operator_avs_split_bips,
        caller
    from operator_avs_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id,
        'OPERATOR_SET',
        operator_set_id,
        block_number,
        log_index,
        block_timestamp,
        activated_at,
        old_operator_set_split_bips,
        new_operator_set_split_bips,
        caller
    from operator_set_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
)

select
    operator_id::text,
    commission_kind::text,
    subject_id::text,
    block_number::bigint as set_block,
    log_index::bigint as set_log_index,
    to_timestamp(block_timestamp)::timestamptz as set_at,
    to_timestamp(activated_at)::timestamptz as activates_at,
    old_bips::integer,
    new_bips::integer,
    caller::text
from changes
