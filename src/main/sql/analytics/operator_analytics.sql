-- Risk scores of each operator at the end of a day, with their inputs.
-- Grain: one row per operator, of the day.
-- Units: scores 0..100, higher is safer; fractions; UTC days.

with

-- greatest and least ignore null, so a missing rate would count as the worst
parts as (
    select
        risk_inputs.*,
        100 - 100 * slash_loss as slash_score,
        100 / (1 + shares_volatility_30d) as stability_score,
        least(100, greatest(0, operational_days) * 100.0 / 365) as tenure_score,
        100 - 100 * delegation_hhi as spread_score,
        greatest(0, 100 - 10 * commission_changes)::numeric as commission_score,
        case when growth_rate is not null then least(100, greatest(0, 50 + 100 * growth_rate)) end
            as growth_score,
        100 - 100 * network_hhi as network_spread_score,
        array_remove(
            array[
                case when volatility_7d is null then 'VOLATILITY_7D' end,
                case when volatility_30d is null then 'VOLATILITY_30D' end,
                case when volatility_90d is null then 'VOLATILITY_90D' end,
                case when shares_volatility_7d is null then 'SHARES_VOLATILITY_7D' end,
                case when shares_volatility_30d is null then 'SHARES_VOLATILITY_30D' end,
                case when shares_volatility_90d is null then 'SHARES_VOLATILITY_90D' end,
                case when slash_loss is null then 'SLASH_LOSS' end,
                case when delegation_hhi is null then 'DELEGATION_HHI' end,
                case when growth_rate is null then 'GROWTH' end,
                case when size_percentile is null then 'SIZE' end,
                case when network_hhi is null then 'NETWORK_HHI' end,
                case when not is_priced then 'PRICES' end,
                case when not is_active then 'INACTIVE' end,
                case when is_duration_vault then 'DURATION_VAULT' end
            ],
            null
        ) as missing,
        -- tenure and commission changes are always known
        2 + num_nonnulls(
            slash_loss,
            shares_volatility_30d,
            delegation_hhi,
            growth_rate,
            size_percentile,
            network_hhi,
            nullif(is_priced, false)
        ) as inputs_present
    from risk_inputs
),

-- the weight of a missing part goes to the others; an operator with nothing at stake has no score
scores as (
    select
        parts.*,
        performance.score as performance_score,
        economic.score as economic_score,
        network.score as network_score
    from parts
    cross join lateral (
        select sum(weight * part) / sum(weight) as score
        from (
            values (0.6, slash_score), (0.3, stability_score), (0.1, tenure_score)
        ) as weighted (weight, part)
        where part is not null and score_reason is null
    ) as performance
    cross join lateral (
        select sum(weight * part) / sum(weight) as score
        from (
            values (0.5, spread_score), (0.3, commission_score), (0.2, growth_score)
        ) as weighted (weight, part)
        where part is not null and score_reason is null
    ) as economic
    cross join lateral (
        select sum(weight * part) / sum(weight) as score
        from (
            values (0.7, size_percentile), (0.3, network_spread_score)
        ) as weighted (weight, part)
        where part is not null and score_reason is null
    ) as network
),

risks as (
    select
        scores.*,
        round(risk.score, 6) as risk_score,
        case
            when score_reason is null
                then round(ratio(100 * inputs_present * least(30, data_days - gap_days), 9 * 30), 6)
        end as confidence
    from scores
    cross join lateral (
        select sum(weight * part) / sum(weight) as score
        from (
            values (0.5, performance_score), (0.35, economic_score), (0.15, network_score)
        ) as weighted (weight, part)
        where part is not null
    ) as risk
)

select
    operator_id::text,
    :day::date as date,
    risk_score::numeric,
    case
        when risk_score >= 80 then 'LOW'
        when risk_score >= 60 then 'MEDIUM'
        when risk_score >= 40 then 'HIGH'
        when risk_score is not null then 'CRITICAL'
    end::text as risk_level,
    confidence::numeric,
    score_reason::text,
    round(performance_score, 6)::numeric as performance_score,
    round(economic_score, 6)::numeric as economic_score,
    round(network_score, 6)::numeric as network_score,
    round(slash_score, 6)::numeric as slash_score,
    round(stability_score, 6)::numeric as stability_score,
    round(tenure_score, 6)::numeric as tenure_score,
    commission_score::numeric,
    round(growth_score, 6)::numeric as growth_score,
    slash_loss::numeric,
    delegation_hhi::numeric,
    gini::numeric,
    volatility_7d::numeric,
    volatility_30d::numeric,
    volatility_90d::numeric,
    shares_volatility_7d::numeric,
    shares_volatility_30d::numeric,
    shares_volatility_90d::numeric,
    round(growth_rate, 12)::numeric as growth_rate_30d,
    size_percentile::numeric,
    delegator_percentile::numeric,
    operational_days::integer,
    total_slash_events::integer,
    commission_changes::integer as commission_changes_90d,
    data_days::integer,
    gap_days::integer,
    (data_days - gap_days >= :min_data_points)::boolean as has_sufficient_data,
    missing::text []
from risks
