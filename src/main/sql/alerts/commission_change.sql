-- Changes of commission rates to another value.
-- Grain: one row per change.
-- Units: bips (10000 keeps the whole reward), instants.

select
    concat_ws(
        '-',
        change.operator_id,
        change.commission_kind,
        change.subject_id,
        change.set_block,
        change.set_log_index
    )::text as fact_key,
    change.operator_id::text,
    nullif(split_part(change.subject_id, '-', 1), '')::text as avs_id,
    null::text as staker_id,
    change.set_block::bigint as block_number,
    change.set_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'commissionKind', change.commission_kind,
        'operatorSet', case when change.commission_kind = 'OPERATOR_SET' then change.subject_id end,
        'oldBips', change.old_bips,
        'newBips', change.new_bips,
        'activatesAt', to_char(change.activates_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    ) as figures,
    null::text as detail,
    ('/operators/' || change.operator_id)::text as link
from operator_commission_history as change
where
    change.operator_id in (select unnest(:operators))
    and change.set_at > :from_time
    and change.new_bips <> change.old_bips
