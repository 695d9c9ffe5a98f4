-- How much each operator moved from day to day.
-- Grain: one row per operator of the day, series and window, of the day.
-- Units: fractions, USD, UTC days.

with

windows as (
    select unnest(:windows) as window_days
),

asked as (
    select operator_id from operator_daily_snapshots where snapshot_date = :day
),

tvs_values as (
    select operator_id, 'TVS' as metric, snapshot_date, total_tvs as value
    from operator_daily_snapshots
    where
        snapshot_date > :day - (select max(window_days) from windows)
        and snapshot_date <= :day
        and total_tvs is not null
),

-- by the prices of the date on every day, so that prices move nothing
share_values as (
    select
        days.operator_id,
        'SHARES' as metric,
        days.snapshot_date,
        sum(days.shares * quotes.usd_per_share_unit) as value
    from operator_strategy_daily_snapshots as days
    join strategy_daily_quotes as quotes
        on quotes.strategy_id = days.strategy_id
        and quotes.snapshot_date = :day
        and quotes.usd_per_share_unit is not null
    where
        days.snapshot_date > :day - (select max(window_days) from windows)
        and days.snapshot_date <= :day
    group by days.operator_id, days.snapshot_date
    having bool_and(days.shares is not null)
),

daily_values as (
    select operator_id, metric, snapshot_date, value from tvs_values
    union all
    select operator_id, metric, snapshot_date, value from share_values
),

-- a gap is never bridged: a return is of two days that follow each other
daily_moves as (
    select
        operator_id,
        metric,
        snapshot_date,
        value,
        lag(snapshot_date) over days = snapshot_date - 1 as follows,
        lag(value) over days as value_before
    from daily_values
    window days as (partition by operator_id, metric order by snapshot_date)
),

returns as (
    select
        operator_id,
        metric,
        snapshot_date,
        value,
        follows,
        case
            when follows and value > 0 and value_before > 0
                then ln((value / value_before)::double precision)
        end as log_return
    from daily_moves
),

-- the first day of a window has its return outside
window_figures as (
    select
        returns.operator_id,
        returns.metric,
        windows.window_days,
        count(*) as points,
        count(returns.log_return) filter (where is_inside) as returns,
        count(*) filter (where is_inside and returns.follows and returns.log_return is null) as skipped,
        stddev_samp(returns.log_return) filter (where is_inside) as volatility,
        avg(returns.value) as mean,
        stddev_samp(returns.value::double precision) as value_deviation,
        regr_slope(
            returns.value::double precision, (returns.snapshot_date - :day)::double precision
        ) as slope
    from returns
    cross join windows
    cross join lateral (
        select returns.snapshot_date > :day - windows.window_days + 1 as is_inside
    ) as place
    where returns.snapshot_date > :day - windows.window_days
    group by returns.operator_id, returns.metric, windows.window_days
),

metrics as (
    select unnest(array['TVS', 'SHARES']) as metric
),

all_figures as (
    select
        asked.operator_id,
        metrics.metric,
        windows.window_days,
        coalesce(window_figures.points, 0) as points,
        coalesce(window_figures.returns, 0) as returns,
        coalesce(window_figures.skipped, 0) as skipped,
        window_figures.volatility,
        window_figures.mean,
        window_figures.value_deviation,
        window_figures.slope,
        case
            when coalesce(window_figures.points, 0) < :min_data_points then 'TOO_FEW_POINTS'
            when coalesce(window_figures.returns, 0) < 2 then 'TOO_FEW_RETURNS'
        end as reason
    from asked
    cross join metrics
    cross join windows
    left join window_figures
        on window_figures.operator_id = asked.operator_id
        and window_figures.metric = metrics.metric
        and window_figures.window_days = windows.window_days
)

select
    operator_id::text,
    metric::text,
    window_days::integer,
    :day::date as date,
    (case when reason is null then round(volatility::numeric, 12) end)::numeric as volatility,
    (case when reason is null then round((volatility * sqrt(365.0::double precision))::numeric, 12) end)
        ::numeric as annualized,
    round(mean, 18)::numeric as mean,
    round((value_deviation / nullif(abs(mean), 0)::double precision)::numeric, 12)::numeric
        as coefficient_of_variation,
    round((slope / nullif(abs(mean), 0)::double precision)::numeric, 12)::numeric as trend,
    points::integer,
    returns::integer,
    skipped::integer,
    reason::text
from all_figures
