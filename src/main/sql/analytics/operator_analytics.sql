-- Risk scores of each operator at the end of a day, with their inputs.
-- Grain: one row per operator, of the day.
-- Units: scores 0..100, higher is safer; fractions; UTC days.
-- volatility_metrics and concentration_metrics are temporary tables here: the rows of :day that this stage staged before.

with

windows as (
    select unnest(:windows) as window_days
),

operators_then as (
    select
        operator_id,
        is_active,
        total_tvs,
        tvs_status,
        unpriced_strategy_count,
        unknown_strategy_count,
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
        max(annualized) filter (where metric = 'TVS' and window_days = 7) as volatility_7d,
        max(annualized) filter (where metric = 'TVS' and window_days = 30) as volatility_30d,
        max(annualized) filter (where metric = 'TVS' and window_days = 90) as volatility_90d,
        max(annualized) filter (where metric = 'SHARES' and window_days = 7) as shares_volatility_7d,
        max(annualized) filter (where metric = 'SHARES' and window_days = 30) as shares_volatility_30d,
        max(annualized) filter (where metric = 'SHARES' and window_days = 90) as shares_volatility_90d,
        max(gaps) filter (where metric = 'TVS' and window_days = 30) as gap_days
    from volatility_metrics
    where date = :day
    group by operator_id
),

-- one price for all days, as for volatilities, so that only changes of shares count
constant_prices as (
    select distinct on (strategy_id) strategy_id, usd_per_share_unit
    from strategy_daily_quotes
    where
        snapshot_date > :day - (select max(window_days) from windows)
        and snapshot_date <= :day
        and usd_per_share_unit is not null
    order by strategy_id, snapshot_date desc
),

share_values as (
    select
        days.operator_id,
        sum(days.shares * constant_prices.usd_per_share_unit)
            filter (where days.snapshot_date = :day) as value,
        sum(days.shares * constant_prices.usd_per_share_unit)
            filter (where days.snapshot_date = :day - 30) as value_before,
        bool_or(days.shares is null) as has_unknown
    from operator_strategy_daily_snapshots as days
    left join constant_prices using (strategy_id)
    where
        days.snapshot_date in (:day, :day - 30)
        and (days.shares > 0 or days.shares is null)
    group by days.operator_id
),

growth as (
    select
        operator_id,
        case
            when not share_values.has_unknown then
                ratio(
                    case operators_then.tvs_status when 'NO_SHARES' then 0 else share_values.value end
                    - share_values.value_before,
                    share_values.value_before
                )
        end as growth_rate
    from operators_then
    join share_values using (operator_id)
),

-- the parts that slashes leave multiply; a slash of 0 wads or of 0 shares took nothing
slashes as (
    select
        amounts.operator_id,
        amounts.strategy_id,
        product(1 - amounts.wad_slashed * 1e-18) as kept,
        case when bool_and(amounts.shares is not null) then sum(amounts.shares) end as lost_shares
    from operator_slashing_amounts as amounts
    join operator_slashing_incidents as incidents using (operator_id, transaction_hash, log_index)
    where
        incidents.slashed_at < (:day + 1)::timestamp at time zone 'UTC'
        and amounts.wad_slashed > 0
        and amounts.shares is distinct from 0
    group by amounts.operator_id, amounts.strategy_id
),

-- the operator's holding of a strategy and the shares that slashes took of it, at constant prices
stakes as (
    select
        operator_id,
        strategy_id,
        slashes.kept,
        case
            when slashes.strategy_id is null then held.shares
            when held.is_held is null then slashes.lost_shares
            else held.shares + slashes.lost_shares
        end * constant_prices.usd_per_share_unit as stake,
        held.is_held is null or held.shares is not null as is_known
    from (
        select operator_id, strategy_id, shares, true as is_held
        from operator_strategy_daily_snapshots
        where
            snapshot_date = :day
            and (shares > 0 or shares is null)
            and operator_id in (select operator_id from slashes)
    ) as held
    full outer join slashes using (operator_id, strategy_id)
    left join constant_prices using (strategy_id)
),

-- with one strategy the price does not matter; a strategy without a price is left out unless it was slashed
losses as (
    select
        operator_id,
        case
            when count(*) = 1 then round(max(1 - kept), 18)
            when bool_and(is_known and (kept is null or stake is not null))
                then ratio(sum((1 - kept) * stake), sum(stake))
        end as slash_loss
    from stakes
    group by operator_id
),

commission_changes as (
    select operator_id, count(*) as changes
    from operator_commission_history
    where
        new_bips <> old_bips
        and set_at >= ((:day - 89)::timestamp at time zone 'UTC')
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

-- an operator that is alone counts as the largest
sizes as (
    select
        operator_id,
        case
            when count(*) over () = 1 then 100
            else ratio(100 * (rank() over (order by total_tvs) - 1), count(*) over () - 1)
        end as size_percentile
    from operators_then
    where is_active and total_tvs is not null
),

delegator_places as (
    select
        operator_id,
        case
            when count(*) over () = 1 then 100
            else ratio(100 * (rank() over (order by active_delegators) - 1), count(*) over () - 1)
        end as delegator_percentile
    from operators_then
    where is_active
),

inputs as (
    select
        operators_then.operator_id,
        operators_then.operational_days,
        operators_then.total_slash_events,
        case
            when operators_then.total_tvs = 0 then 'NOTHING_AT_STAKE'
            when operators_then.tvs_status = 'UNKNOWN_SHARES' then 'UNKNOWN_SHARES'
            when operators_then.total_tvs is null then 'UNPRICED'
        end as score_reason,
        case when losses.operator_id is null then 0 else losses.slash_loss end as slash_loss,
        coalesce(commission_changes.changes, 0) as commission_changes,
        days_of_data.data_days,
        volatilities.gap_days,
        volatilities.volatility_7d,
        volatilities.volatility_30d,
        volatilities.volatility_90d,
        volatilities.shares_volatility_7d,
        volatilities.shares_volatility_30d,
        volatilities.shares_volatility_90d,
        growth.growth_rate,
        delegations.hhi as delegation_hhi,
        delegations.gini,
        round(sizes.size_percentile, 6) as size_percentile,
        round(delegator_places.delegator_percentile, 6) as delegator_percentile,
        network.hhi as network_hhi,
        operators_then.unpriced_strategy_count + operators_then.unknown_strategy_count = 0 as is_priced,
        operators_then.is_active
    from operators_then
    join days_of_data using (operator_id)
    join volatilities using (operator_id)
    left join growth using (operator_id)
    left join losses using (operator_id)
    left join commission_changes using (operator_id)
    left join delegations using (operator_id)
    left join sizes using (operator_id)
    left join delegator_places using (operator_id)
    left join network on true
),

-- greatest and least ignore null, so a missing rate would count as the worst
parts as (
    select
        inputs.*,
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
                case when not is_active then 'INACTIVE' end
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
    from inputs
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
