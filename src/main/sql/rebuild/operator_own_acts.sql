-- The last act that an operator itself sent; others send delegations, slashes and removals from sets.
-- Grain: one row per operator that ever acted.
-- Units: instants, blocks.

select distinct on (operator_id)
    operator_id::text,
    happened_at::timestamptz as last_act_at,
    block_number::bigint as last_act_block,
    activity_type::text as last_act_type
from operator_activity
where
    operator_id in (select unnest(:operators))
    and activity_type in (
        'REGISTERED',
        'APPROVER_CHANGED',
        'METADATA_CHANGED',
        'ALLOCATION_DELAY_SET',
        'ALLOCATED',
        'OPERATOR_SET_JOINED',
        'AVS_REGISTERED',
        'COMMISSION_CHANGED'
    )
order by operator_id, block_number desc, log_index desc
