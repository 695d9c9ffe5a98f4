-- Operators that joined an operator set whose slashes go to a recipient.
-- Grain: one row per registration with such a set.
-- Units: instants.

select
    concat_ws(
        '-',
        period.operator_id,
        period.operator_set_id,
        period.registered_block,
        period.registered_log_index
    )::text as fact_key,
    period.operator_id::text,
    period.avs_id::text,
    null::text as staker_id,
    period.registered_block::bigint as block_number,
    period.registered_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'operatorSet', period.operator_set_id,
        'redistributionRecipient', operator_set.redistribution_recipient,
        'slasher', operator_set.slasher,
        'slasherSource', operator_set.slasher_source
    ) as figures,
    null::text as detail,
    ('/operators/' || period.operator_id)::text as link
from operator_avs_registration_history as period
join operator_sets as operator_set on operator_set.operator_set_id = period.operator_set_id
where
    period.operator_id in (select unnest(:operators))
    and period.registered_at > :from_time
    and operator_set.is_redistributing
