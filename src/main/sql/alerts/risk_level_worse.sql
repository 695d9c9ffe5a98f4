-- Risk levels of operators that are worse than on the last day before that has one, on days analysed lately.
-- Grain: one row per operator and day.
-- Units: scores 0 to 100, higher is safer.

with

analysed as (
    select day.partition_date as date
    from pipeline_partitions as day
    where
        day.stage = 'analytics'
        and day.status = 'DONE'
        and day.taken_at > :after_time
        and (day.partition_date + 1)::timestamp at time zone 'UTC' > :from_time
),

levels (level, severity) as (
    values ('LOW', 1), ('MEDIUM', 2), ('HIGH', 3), ('CRITICAL', 4)
)

select
    concat_ws('-', rated.operator_id, rated.date)::text as fact_key,
    rated.operator_id::text,
    null::text as avs_id,
    null::text as staker_id,
    null::bigint as block_number,
    ((rated.date + 1)::timestamp at time zone 'UTC')::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'date', rated.date,
        'riskLevel', rated.risk_level,
        'riskScore', rated.risk_score::text,
        'confidence', rated.confidence::text,
        'earlierDate', earlier.date,
        'earlierRiskLevel', earlier.risk_level,
        'earlierRiskScore', earlier.risk_score::text
    ) as figures,
    null::text as detail,
    ('/operators/' || rated.operator_id)::text as link
from analysed
join operator_analytics as rated on rated.date = analysed.date
cross join lateral (
    select past.date, past.risk_level, past.risk_score
    from operator_analytics as past
    where
        past.operator_id = rated.operator_id
        and past.date < rated.date
        and past.risk_level is not null
    order by past.date desc
    limit 1
) as earlier
join levels as level_now on level_now.level = rated.risk_level
join levels as level_before on level_before.level = earlier.risk_level
where level_now.severity > level_before.severity
