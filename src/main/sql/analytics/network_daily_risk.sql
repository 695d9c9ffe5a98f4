-- Risk scores over all active operators; an operator without a score is in no mean or median.
-- Grain: one row, of the day.
-- Units: scores 0..100, higher is safer.
-- operator_analytics and concentration_metrics are temporary tables here: the rows of :day that this stage staged before.

with

scores as (
    select
        operator_analytics.risk_score,
        operator_analytics.risk_level,
        operator_analytics.confidence,
        operators_then.total_tvs
    from operator_analytics
    join operator_daily_snapshots as operators_then
        on operators_then.operator_id = operator_analytics.operator_id
        and operators_then.snapshot_date = operator_analytics.date
    where operator_analytics.date = :day and operators_then.is_active
)

select
    :day::date as date,
    count(*)::integer as operator_count,
    count(risk_score)::integer as scored_operator_count,
    round(avg(risk_score), 6)::numeric as mean_risk_score,
    round(
        (
            percentile_disc(0.5) within group (order by risk_score)
            + percentile_disc(0.5) within group (order by risk_score desc)
        ) * 0.5,
        6
    )::numeric as median_risk_score,
    round(
        sum(risk_score * total_tvs) / sum(total_tvs) filter (where risk_score is not null),
        6
    )::numeric as tvs_weighted_risk_score,
    round(avg(confidence), 6)::numeric as mean_confidence,
    (count(*) filter (where risk_level = 'LOW'))::integer as low_count,
    (count(*) filter (where risk_level = 'MEDIUM'))::integer as medium_count,
    (count(*) filter (where risk_level = 'HIGH'))::integer as high_count,
    (count(*) filter (where risk_level = 'CRITICAL'))::integer as critical_count,
    (
        select round(100 - 100 * hhi, 6)
        from concentration_metrics
        where kind = 'NETWORK_OPERATORS' and date = :day
    )::numeric as spread_score
from scores
