-- Totals over all operators at the end of a day.
-- Grain: one row, of the day; no row before the first operator.
-- Units: counts, bips, USD by the prices of the day.
-- The daily snapshots and periods are temporary tables here: the rows of :day that this stage staged before.
-- operator_slashing_incidents is one, too: the rows that the stage day_end staged, which include all operators slashed on the day.

with

operator_figures as (
    select
        count(*) as operator_count,
        count(*) filter (where is_active) as active_operator_count,
        count(*) filter (where unpriced_strategy_count > 0) as unpriced_operator_count,
        count(*) filter (where unknown_strategy_count > 0) as unknown_operator_count,
        coalesce(sum(active_delegators), 0) as active_delegators,
        coalesce(sum(total_slash_events), 0) as total_slash_events,
        count(*) filter (where total_slash_events > 0) as slashed_operator_count
    from operator_daily_snapshots
    where snapshot_date = :day
    having count(*) > 0
),

-- the mean of the two middle values when their number is even; percentile_cont works on doubles, which round
tvs_figures as (
    select
        count(*) as valued_operator_count,
        count(*) filter (where is_duration_vault) as valued_vault_count,
        sum(total_tvs) as total_tvs,
        ratio(sum(total_tvs), count(total_tvs)) as mean_tvs,
        round(
            (
                percentile_disc(0.5) within group (order by total_tvs)
                + percentile_disc(0.5) within group (order by total_tvs desc)
            ) * 0.5,
            18
        ) as median_tvs_with_vaults,
        percentile_disc(0.25) within group (order by total_tvs) as p25_tvs_with_vaults,
        percentile_disc(0.75) within group (order by total_tvs) as p75_tvs_with_vaults,
        percentile_disc(0.9) within group (order by total_tvs) as p90_tvs_with_vaults
    from operator_daily_snapshots
    where snapshot_date = :day and tvs_status in ('COMPLETE', 'PARTIAL')
),

-- a vault has one strategy and no choice of operator: it is none of the operators that are compared
compared_figures as (
    select
        round(
            (
                percentile_disc(0.5) within group (order by total_tvs)
                + percentile_disc(0.5) within group (order by total_tvs desc)
            ) * 0.5,
            18
        ) as median_tvs,
        percentile_disc(0.25) within group (order by total_tvs) as p25_tvs,
        percentile_disc(0.75) within group (order by total_tvs) as p75_tvs,
        percentile_disc(0.9) within group (order by total_tvs) as p90_tvs
    from operator_daily_snapshots
    where
        snapshot_date = :day
        and tvs_status in ('COMPLETE', 'PARTIAL')
        and not is_duration_vault
),

avs_figures as (
    select count(distinct avs_id) as avs_count, count(*) as registration_count
    from operator_avs_daily_snapshots
    where snapshot_date = :day
),

commission_figures as (
    select
        round(avg(rates.current_bips), 2) as mean_pi_bips,
        (
            percentile_disc(0.5) within group (order by rates.current_bips)
            + percentile_disc(0.5) within group (order by rates.current_bips desc)
        ) * 0.5 as median_pi_bips
    from operator_commission_periods as rates
    join operator_daily_snapshots as operators_then
        on operators_then.operator_id = rates.operator_id
        and operators_then.snapshot_date = rates.from_date
    where
        rates.from_date = :day
        and rates.commission_kind = 'PI'
        and operators_then.is_active
),

slash_figures as (
    select count(*) as slash_events
    from operator_slashing_incidents
    where
        slashed_at >= (:day::timestamp at time zone 'UTC')
        and slashed_at < ((:day + 1)::timestamp at time zone 'UTC')
),

allocations as (
    select
        periods.current_magnitude,
        quotes.usd_per_share_unit,
        slashable_shares(periods.is_slashable, periods.current_magnitude, held.shares, held.max_magnitude)
            as slashable_shares
    from operator_allocation_periods as periods
    left join operator_strategy_daily_snapshots as held
        on
            held.operator_id = periods.operator_id
            and held.strategy_id = periods.strategy_id
            and held.snapshot_date = periods.from_date
    left join strategy_daily_quotes as quotes
        on quotes.strategy_id = periods.strategy_id and quotes.snapshot_date = periods.from_date
    where periods.from_date = :day
),

allocation_figures as (
    select
        count(*) filter (where current_magnitude > 0) as allocation_count,
        case
            when count(*) filter (where slashable_shares > 0 or slashable_shares is null) = 0 then 0
            else sum(usd_value(slashable_shares, usd_per_share_unit)) filter (where slashable_shares > 0)
        end as slashable_usd
    from allocations
),

-- keeps 36 digits of the rates, so that the mean is rounded once
utilization_figures as (
    select
        ratio(sum(div(encumbered_magnitude * 1e36, max_magnitude)), count(*) * 1e36)
            as mean_utilization_rate
    from operator_strategy_daily_snapshots
    where snapshot_date = :day and shares > 0 and max_magnitude > 0
)

select
    :day::date as snapshot_date,
    operator_figures.operator_count::integer,
    operator_figures.active_operator_count::integer,
    tvs_figures.valued_operator_count::integer,
    operator_figures.unpriced_operator_count::integer,
    operator_figures.unknown_operator_count::integer,
    (case
        when
            tvs_figures.valued_operator_count + operator_figures.unpriced_operator_count
            + operator_figures.unknown_operator_count = 0
            then 0
        else tvs_figures.total_tvs
    end)::numeric as total_tvs,
    tvs_figures.mean_tvs::numeric,
    compared_figures.median_tvs::numeric,
    compared_figures.p25_tvs::numeric,
    compared_figures.p75_tvs::numeric,
    compared_figures.p90_tvs::numeric,
    tvs_figures.valued_vault_count::integer,
    tvs_figures.median_tvs_with_vaults::numeric,
    tvs_figures.p25_tvs_with_vaults::numeric,
    tvs_figures.p75_tvs_with_vaults::numeric,
    tvs_figures.p90_tvs_with_vaults::numeric,
    operator_figures.active_delegators::integer,
    avs_figures.avs_count::integer,
    avs_figures.registration_count::integer,
    commission_figures.mean_pi_bips::numeric,
    commission_figures.median_pi_bips::numeric,
    operator_figures.total_slash_events::integer,
    slash_figures.slash_events::integer,
    operator_figures.slashed_operator_count::integer,
    allocation_figures.allocation_count::integer,
    allocation_figures.slashable_usd::numeric,
    utilization_figures.mean_utilization_rate::numeric
from operator_figures
cross join tvs_figures
cross join compared_figures
cross join avs_figures
cross join commission_figures
cross join slash_figures
cross join allocation_figures
cross join utilization_figures
