-- The inputs of the risk scores of each operator at the end of a day.
-- Grain: one row per operator, of the day.
-- Units: fractions; percentiles 0..100; UTC days.
-- volatility_metrics and concentration_metrics are temporary tables here: the rows of :day that this stage staged before.

with

operators_then as (
    select
        operator_id,
        is_active,
        is_duration_vault,
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

-- an operator that is alone counts as the largest; duration vaults have no place
sizes as (
    select
        operator_id,
        case
            when count(*) over () = 1 then 100
            else ratio(100 * (rank() over (order by total_tvs) - 1), count(*) over () - 1)
        end as size_percentile
    from operators_then
    where is_active and not is_duration_vault and total_tvs is not null
),

delegator_places as (
    select
        operator_id,
        case
            when count(*) over () = 1 then 100
            else ratio(100 * (rank() over (order by active_delegators) - 1), count(*) over () - 1)
        end as delegator_percentile
    from operators_then
    where is_active and not is_duration_vault
)

select
    operators_then.operator_id,
    operators_then.operational_days,
    operators_then.total_slash_events,
    case
        when operators_then.total_tvs = 0 then 'NOTHING_AT_STAKE'
        when operators_then.tvs_status = 'UNKNOWN_SHARES' then 'UNKNOWN_SHARES'
        when operators_then.total_tvs is null then 'UNPRICED'
    end as score_reason,
    case when slash_losses.operator_id is null then 0 else slash_losses.slash_loss end as slash_loss,
    coalesce(commission_changes.changes, 0) as commission_changes,
    days_of_data.data_days,
    volatilities.gap_days,
    volatilities.volatility_7d,
    volatilities.volatility_30d,
    volatilities.volatility_90d,
    volatilities.shares_volatility_7d,
    volatilities.shares_volatility_30d,
    volatilities.shares_volatility_90d,
    share_growth.growth_rate,
    delegations.hhi as delegation_hhi,
    delegations.gini,
    round(sizes.size_percentile, 6) as size_percentile,
    round(delegator_places.delegator_percentile, 6) as delegator_percentile,
    network.hhi as network_hhi,
    operators_then.unpriced_strategy_count + operators_then.unknown_strategy_count = 0 as is_priced,
    operators_then.is_active,
    operators_then.is_duration_vault
from operators_then
join days_of_data using (operator_id)
join volatilities using (operator_id)
left join share_growth using (operator_id)
left join slash_losses using (operator_id)
left join commission_changes using (operator_id)
left join delegations using (operator_id)
left join sizes using (operator_id)
left join delegator_places using (operator_id)
left join network on true
