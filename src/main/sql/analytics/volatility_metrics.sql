-- Day-to-day volatility of each operator.
-- Grain: one row per operator of the day, series and window, of the day.
-- Units: fractions, USD, UTC days.

with

windows as (
    select unnest(:windows) as window_days
),

asked as (
    select operator_id from operator_daily_snapshots where snapshot_date = :day
),

-- the return of the first day of a window starts before the window
window_returns as (
    select
        returns.operator_id,
        returns.metric,
        windows.window_days,
        returns.snapshot_date,
        case when not place.is_gap then returns.value end as value,
        place.is_gap,
        place.is_move,
        case when place.is_move then returns.log_return end as log_return
    from daily_returns as returns
    cross join windows
    cross join lateral (
        select
            returns.value is null
            or coalesce(returns.lacks_quote_of > :day - windows.window_days, false) as is_gap,
            returns.follows
            and not coalesce(returns.pair_lacks_quote_of > :day - windows.window_days, false)
            and returns.snapshot_date > :day - windows.window_days + 1 as is_move
    ) as place
    where returns.snapshot_date > :day - windows.window_days
),

window_figures as (
    select
        operator_id,
        metric,
        window_days,
        count(value) as points,
        count(*) filter (where is_gap) as gaps,
        count(log_return) as returns,
        count(*) filter (where is_move and log_return is null) as skipped,
        stddev_samp(log_return) as volatility,
        ratio(sum(value), count(value)) as mean,
        stddev_samp(value::double precision) as value_deviation,
        regr_slope(value::double precision, (snapshot_date - :day)::double precision) as slope
    from window_returns
    group by operator_id, metric, window_days
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
        coalesce(window_figures.gaps, 0) as gaps,
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
    mean::numeric,
    round((value_deviation / nullif(abs(mean), 0)::double precision)::numeric, 12)::numeric
        as coefficient_of_variation,
    round((slope / nullif(abs(mean), 0)::double precision)::numeric, 12)::numeric as trend,
    points::integer,
    returns::integer,
    skipped::integer,
    gaps::integer,
    reason::text
from all_figures
