-- Rank of each active operator among those that have a value: all of them, and those that are no duration vaults.
-- Grain: one row per population, metric and active operator that has a value.
-- Units: values in the unit of the metric; percentiles 0..100, 100 for the greatest.

with

figures as (
    select
        populations.includes_vaults,
        figure.metric,
        operator_current_state.operator_id,
        figure.value
    from operator_current_state
    left join duration_vaults on duration_vaults.strategy_id = operator_current_state.operator_id
    cross join (values (false), (true)) as populations (includes_vaults)
    left join operator_analytics
        on operator_analytics.operator_id = operator_current_state.operator_id
        and operator_analytics.date = (select max(date) from network_daily_risk)
    left join operator_yields
        on operator_yields.operator_id = operator_current_state.operator_id
        and operator_yields.window_days = 30
        and operator_yields.kind = 'ALL'
        and operator_yields.strategy_id = ''
    cross join lateral (
        values
            ('TVS_USD', operator_current_state.total_tvs),
            ('ACTIVE_DELEGATORS', operator_current_state.active_delegators::numeric),
            ('ACTIVE_AVS_COUNT', operator_current_state.active_avs_count::numeric),
            ('RISK_SCORE', operator_analytics.risk_score),
            ('GROWTH_RATE_30D', operator_analytics.growth_rate_30d),
            -- a small stake can yield anything
            ('NET_YIELD_30D', case when operator_yields.mean_tvs_usd >= 10000 then operator_yields.net_yield end)
    ) as figure (metric, value)
    where
        operator_current_state.is_active
        and figure.value is not null
        and (populations.includes_vaults or duration_vaults.strategy_id is null)
)

select
    includes_vaults::boolean,
    metric::text,
    operator_id::text,
    value::numeric,
    (rank() over (partition by includes_vaults, metric order by value desc))::integer as place,
    (rank() over (partition by includes_vaults, metric order by value) - 1)::integer as lesser_count,
    (
        case count(*) over (partition by includes_vaults, metric)
            when 1 then 100
            else round(
                ratio(
                    100 * (rank() over (partition by includes_vaults, metric order by value) - 1),
                    count(*) over (partition by includes_vaults, metric) - 1
                ),
                6
            )
        end
    )::numeric as percentile
from figures
