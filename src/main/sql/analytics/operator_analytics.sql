-- How risky each operator was at the end of a day, and what that follows from.
-- Grain: one row per operator, of the day.
-- Units: scores 0..100, higher is safer; fractions; UTC days.

with

operators_then as (
    select
        operator_id,
        is_active,
        total_tvs,
        active_delegators,
        total_slash_events,
        :day - (registered_at at time zone 'UTC')::date as operational_days
    from operator_daily_snapshots
    where snapshot_date = :day
),

days_of_data as (
    select operator_id, count(*) as data_days
    from operator_daily_snapshots
    where snapshot_date > :day - 30 and snapshot_date <= :day
    group by operator_id
),

volatilities as (
    select
        operator_id,
        max(annualized) filter (where window_days = 7) as volatility_7d,
        max(annualized) filter (where window_days = 30) as volatility_30d,
        max(annualized) filter (where window_days = 90) as volatility_90d
    from volatility_metrics
    where metric = 'TVS' and date = :day
    group by operator_id
),

-- by the prices of the date on both days, so that only shares grow
share_values as (
    select
        days.operator_id,
        sum(days.shares * quotes.usd_per_share_unit) filter (where days.snapshot_date = :day)
            as value,
        sum(days.shares * quotes.usd_per_share_unit) filter (where days.snapshot_date = :day - 30)
            as value_before,
        bool_or(days.shares is null) as has_unknown
    from operator_strategy_daily_snapshots as days
    join strategy_daily_quotes as quotes
        on quotes.strategy_id = days.strategy_id and quotes.snapshot_date = :day
    where days.snapshot_date in (:day, :day - 30)
    group by days.operator_id
),

growth as (
    select
        operator_id,
        case
            when value_before > 0 and not has_unknown then coalesce(value, 0) / value_before - 1
        end as growth_rate
    from share_values
),

commission_changes as (
    select operator_id, count(*) as changes
    from operator_commission_history
    where
        set_at >= ((:day - 89)::timestamp at time zone 'UTC')
        and set_at < ((:day + 1)::timestamp at time zone 'UTC')
    group by operator_id
),

delegations as (
    select subject_id as operator_id, hhi, gini
    from concentration_metrics
    where kind = 'OPERATOR_DELEGATORS' and date = :day
),

network as (
    select hhi from concentration_metrics where kind = 'NETWORK_OPERATORS' and date = :day
),

-- whoever is alone is the largest
sizes as (
    select
        operator_id,
        case count(*) over () when 1 then 100 else 100 * percent_rank() over (order by total_tvs) end
            as size_percentile
    from operators_then
    where is_active and total_tvs is not null
),

delegator_places as (
    select
        operator_id,
        case
            when count(*) over () = 1 then 100
            else 100 * percent_rank() over (order by active_delegators)
        end as delegator_percentile
    from operators_then
    where is_active
),

inputs as (
    select
        operators_then.operator_id,
        operators_then.operational_days,
        operators_then.total_slash_events,
        coalesce(commission_changes.changes, 0) as commission_changes,
        coalesce(days_of_data.data_days, 0) as data_days,
        volatilities.volatility_7d,
        volatilities.volatility_30d,
        volatilities.volatility_90d,
        growth.growth_rate,
        delegations.hhi as delegation_hhi,
        delegations.gini,
        round(sizes.size_percentile::numeric, 6) as size_percentile,
        round(delegator_places.delegator_percentile::numeric, 6) as delegator_percentile,
        network.hhi as network_hhi
    from operators_then
    left join days_of_data using (operator_id)
    left join volatilities using (operator_id)
    left join growth using (operator_id)
    left join commission_changes using (operator_id)
    left join delegations using (operator_id)
    left join sizes using (operator_id)
    left join delegator_places using (operator_id)
    left join network on true
),

parts as (
    select
        inputs.*,
        greatest(0, 100 - 25 * total_slash_events)::numeric as slash_score,
        100 / (1 + volatility_30d) as stability_score,
        least(100, greatest(0, operational_days) * 100.0 / 365) as tenure_score,
        100 - 100 * delegation_hhi as spread_score,
        greatest(0, 100 - 10 * commission_changes)::numeric as commission_score,
        least(100, greatest(0, 50 + 100 * growth_rate)) as growth_score,
        100 - 100 * network_hhi as network_spread_score
    from inputs
),

-- a part that is missing leaves its weight to the others
scores as (
    select
        parts.*,
        (0.6 * slash_score + coalesce(0.3 * stability_score, 0) + 0.1 * tenure_score)
        / (0.7 + case when stability_score is null then 0 else 0.3 end) as performance_score,
        (coalesce(0.5 * spread_score, 0) + 0.3 * commission_score + coalesce(0.2 * growth_score, 0))
        / (
            0.3
            + case when spread_score is null then 0 else 0.5 end
            + case when growth_score is null then 0 else 0.2 end
        ) as economic_score,
        (coalesce(0.7 * size_percentile, 0) + coalesce(0.3 * network_spread_score, 0))
        / nullif(
            case when size_percentile is null then 0 else 0.7 end
            + case when network_spread_score is null then 0 else 0.3 end,
            0
        ) as network_score,
        array_remove(
            array[
                case when volatility_7d is null then 'VOLATILITY_7D' end,
                case when volatility_30d is null then 'VOLATILITY_30D' end,
                case when volatility_90d is null then 'VOLATILITY_90D' end,
                case when delegation_hhi is null then 'DELEGATION_HHI' end,
                case when growth_rate is null then 'GROWTH' end,
                case when size_percentile is null then 'SIZE' end,
                case when network_hhi is null then 'NETWORK_HHI' end
            ],
            null
        ) as missing,
        3 + num_nonnulls(volatility_30d, delegation_hhi, growth_rate, size_percentile, network_hhi)
            as inputs_present
    from parts
),

risks as (
    select
        scores.*,
        round(
            (
                0.5 * performance_score
                + 0.35 * economic_score
                + coalesce(0.15 * network_score, 0)
            ) / (0.85 + case when network_score is null then 0 else 0.15 end),
            6
        ) as risk_score,
        round(100 * inputs_present / 8.0 * least(1, data_days / 30.0), 6) as confidence
    from scores
)

select
    operator_id::text,
    :day::date as date,
    risk_score::numeric,
    case
        when risk_score >= 80 then 'LOW'
        when risk_score >= 60 then 'MEDIUM'
        when risk_score >= 40 then 'HIGH'
        else 'CRITICAL'
    end::text as risk_level,
    confidence::numeric,
    round(performance_score, 6)::numeric as performance_score,
    round(economic_score, 6)::numeric as economic_score,
    round(network_score, 6)::numeric as network_score,
    slash_score::numeric,
    round(stability_score, 6)::numeric as stability_score,
    round(tenure_score, 6)::numeric as tenure_score,
    commission_score::numeric,
    round(growth_score, 6)::numeric as growth_score,
    delegation_hhi::numeric,
    gini::numeric,
    volatility_7d::numeric,
    volatility_30d::numeric,
    volatility_90d::numeric,
    round(growth_rate, 12)::numeric as growth_rate_30d,
    size_percentile::numeric,
    delegator_percentile::numeric,
    operational_days::integer,
    total_slash_events::integer,
    commission_changes::integer as commission_changes_90d,
    data_days::integer,
    (data_days >= :min_data_points)::boolean as has_sufficient_data,
    missing::text []
from risks
