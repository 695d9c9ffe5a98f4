-- Risk, growth and yield of each operator on the newest analysed day, and its TVS over the days before it.
-- Grain: one row per operator.
-- Units: score 0..100; growth, change and yield as fractions; trend in USD.

with

days as (
    select max(date) as newest, max(date) - 7 as earlier
    from network_daily_risk
),

trend_days as (
    select newest - age as snapshot_date
    from days
    cross join generate_series(0, 29) as age
    where newest is not null
),

trends as (
    select
        operator_id,
        string_agg(
            coalesce('"' || trim_scale(total_tvs)::text || '"', 'null'), ','
            order by snapshot_date
        ) as days
    from operator_figures
    cross join trend_days
    left join operator_daily_snapshots using (operator_id, snapshot_date)
    group by operator_id
)

select
    operator_figures.operator_id::text,
    operator_analytics.risk_score::numeric,
    operator_analytics.risk_level::text,
    (
        case
            when operator_analytics.operator_id is null then 'NOT_ANALYSED'
            else operator_analytics.score_reason
        end
    )::text as score_reason,
    operator_analytics.growth_rate_30d::numeric,
    ratio(newest.total_tvs - earlier.total_tvs, earlier.total_tvs)::numeric as tvs_change_7d,
    (
        case
            when newest.operator_id is null or earlier.operator_id is null then 'TOO_FEW_POINTS'
            when newest.total_tvs is null or earlier.total_tvs is null then 'UNPRICED'
            when earlier.total_tvs = 0 then 'NO_VALUE'
        end
    )::text as tvs_change_7d_reason,
    operator_yields.net_yield::numeric as net_yield_30d,
    (
        case
            when operator_yields.operator_id is null then 'NO_STAKE'
            else operator_yields.reason
        end
    )::text as net_yield_30d_reason,
    ('[' || coalesce(trends.days, '') || ']')::text as tvs_trend
from operator_figures
cross join days
left join operator_analytics
    on operator_analytics.operator_id = operator_figures.operator_id
    and operator_analytics.date = days.newest
left join operator_yields
    on operator_yields.operator_id = operator_figures.operator_id
    and operator_yields.window_days = 30
    and operator_yields.kind = 'ALL'
    and operator_yields.strategy_id = ''
left join operator_daily_snapshots as newest
    on newest.operator_id = operator_figures.operator_id
    and newest.snapshot_date = days.newest
left join operator_daily_snapshots as earlier
    on earlier.operator_id = operator_figures.operator_id
    and earlier.snapshot_date = days.earlier
left join trends
    on trends.operator_id = operator_figures.operator_id
