-- Day-to-day volatility of each operator.
-- Grain: one row per operator of the day, series and window, of the day.
-- Units: fractions, USD, UTC days.

with

windows as (
    select unnest(:windows) as window_days
),

looked_at as (
    select :day - max(window_days) as before_first from windows
),

asked as (
    select operator_id from operator_daily_snapshots where snapshot_date = :day
),

-- the price is only a weight: one price for all days, so that a missing quote changes nothing
constant_prices as (
    select distinct on (strategy_id)
        strategy_id, snapshot_date as last_quoted, usd_per_share_unit
    from strategy_daily_quotes
    where
        snapshot_date > (select before_first from looked_at)
        and snapshot_date <= :day
        and usd_per_share_unit is not null
    order by strategy_id, snapshot_date desc
),

-- a strategy that never has a quote is left out; a strategy without a quote on the day makes a gap,
-- and so do unknown shares
holdings as (
    select
        days.operator_id,
        days.snapshot_date,
        case
            when bool_and(days.shares is not null)
                then sum(days.shares * constant_prices.usd_per_share_unit)
        end as value,
        max(constant_prices.last_quoted) filter (where days.tvs_usd is null) as lacks_quote_of
    from operator_strategy_daily_snapshots as days
    left join constant_prices using (strategy_id)
    where
        days.snapshot_date > (select before_first from looked_at)
        and days.snapshot_date <= :day
        and (days.shares > 0 or days.shares is null)
    group by days.operator_id, days.snapshot_date
),

operator_days as (
    select
        operator_id,
        snapshot_date,
        case when operators_then.unknown_strategy_count = 0 then operators_then.total_tvs end
            as total_tvs,
        case operators_then.tvs_status when 'NO_SHARES' then 0 else holdings.value end as share_value,
        holdings.lacks_quote_of
    from operator_daily_snapshots as operators_then
    left join holdings using (operator_id, snapshot_date)
    where
        snapshot_date > (select before_first from looked_at)
        and snapshot_date <= :day
),

daily_values as (
    select operator_id, 'TVS' as metric, snapshot_date, total_tvs as value, lacks_quote_of from operator_days
    union all
    select operator_id, 'SHARES', snapshot_date, share_value, null from operator_days
),

-- a return spans two consecutive days, never a gap
daily_moves as (
    select
        operator_id,
        metric,
        snapshot_date,
        value,
        lacks_quote_of,
        lag(snapshot_date) over days = snapshot_date - 1
        and value is not null
        and lag(value) over days is not null as follows,
        lag(value) over days as value_before,
        -- the value that is not null, or the later of both
        greatest(lacks_quote_of, lag(lacks_quote_of) over days) as pair_lacks_quote_of
    from daily_values
    window days as (partition by operator_id, metric order by snapshot_date)
),

returns as (
    select
        operator_id,
        metric,
        snapshot_date,
        value,
        lacks_quote_of,
        follows,
        pair_lacks_quote_of,
        case
            when follows and value > 0 and value_before > 0
                then ln((value / value_before)::double precision)
        end as log_return
    from daily_moves
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
    from returns
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
