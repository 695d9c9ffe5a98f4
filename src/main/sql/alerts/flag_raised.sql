-- Flags of operators that were not set before.
-- Grain: one row per flag, operator and subject, and the time since which it is set.
-- Units: by flag: blocks, parts of the stake 0..1, bips.

select
    concat_ws(
        '-', raised.flag, raised.operator_id, raised.subject_id, raised.raised_block
    )::text as fact_key,
    raised.operator_id::text,
    nullif(split_part(coalesce(flagged.operator_set_id, ''), '-', 1), '')::text as avs_id,
    null::text as staker_id,
    raised.raised_block::bigint as block_number,
    raised.raised_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'flag', flagged.flag,
        'operatorSet', flagged.operator_set_id,
        'strategy', flagged.strategy_id,
        'account', flagged.account,
        'figure', flagged.figure::text,
        'threshold', flagged.threshold::text,
        'effectBlock', flagged.effect_block::text,
        'effectiveAt',
        to_char(flagged.effective_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'reason', flagged.reason
    ) as figures,
    null::text as detail,
    ('/operators/' || raised.operator_id)::text as link
from alert_flags as raised
join operator_flags as flagged
    on flagged.flag = raised.flag
    and flagged.operator_id = raised.operator_id
    and flagged.subject_id = raised.subject_id
where raised.raised_at > :from_time
