-- Value and log return of each operator and day of the longest window, in USD and at constant prices.
-- Grain: one row per operator, series and day.
-- Units: USD, UTC days; log_return is null where no return can be computed.

with

looked_at as (
    select :day - max(window_days) as before_first from unnest(:windows) as windows (window_days)
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
)

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
