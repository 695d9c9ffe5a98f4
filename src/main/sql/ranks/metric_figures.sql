-- Number, mean and median of the values of each metric over the active operators that have a value.
-- Grain: one row per population, with duration vaults and without, and metric that operators are ranked by.
-- Units: those of the metric.

select
    populations.includes_vaults::boolean,
    metrics.metric::text,
    count(operator_ranks.value)::integer as population,
    (
        max(count(operator_ranks.value)) over (partition by metrics.metric) - count(operator_ranks.value)
    )::integer as excluded_vault_count,
    ratio(sum(operator_ranks.value), count(operator_ranks.value))::numeric as mean,
    round(
        (
            percentile_disc(0.5) within group (order by operator_ranks.value)
            + percentile_disc(0.5) within group (order by operator_ranks.value desc)
        ) * 0.5,
        18
    )::numeric as median
from (
    values ('TVS_USD'), ('ACTIVE_DELEGATORS'), ('ACTIVE_AVS_COUNT'), ('RISK_SCORE'), ('GROWTH_RATE_30D'),
        ('NET_YIELD_30D')
) as metrics (metric)
cross join (values (false), (true)) as populations (includes_vaults)
left join operator_ranks using (includes_vaults, metric)
group by populations.includes_vaults, metrics.metric
