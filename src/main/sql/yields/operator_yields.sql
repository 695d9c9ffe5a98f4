-- Yields of operators and strategies over windows that end on a day.
-- Grain: one row per window, kind of rewards, strategy or all, and operator or all, with stake in the window.
-- Units: USD by the prices of the days, yields as fractions of a year.
-- Days on which a strategy has no value count in neither rewards nor stake.

with

base_rates as (
    select
        windows.window_days,
        quotes.strategy_id,
        (array_agg(quotes.exchange_rate order by quotes.snapshot_date))[1] as first_rate,
        (array_agg(quotes.exchange_rate order by quotes.snapshot_date desc))[1] as last_rate,
        max(quotes.snapshot_date) - min(quotes.snapshot_date) as days
    from windows
    join strategy_daily_quotes as quotes
        on
            quotes.snapshot_date between windows.first_date and :day
            and quotes.rate_status in ('QUOTED', 'FIXED')
    group by windows.window_days, quotes.strategy_id
),

figures as (
    select
        joined.window_days,
        joined.kind,
        joined.strategy_id,
        joined.operator_id,
        joined.first_date,
        joined.last_date,
        joined.days,
        joined.tvs_usd,
        case
            when joined.parts = 0 then 0
            when joined.priced_parts > 0 then joined.gross_usd
        end as gross_usd,
        case
            when joined.parts = 0 then 0
            when joined.priced_parts > 0 then joined.net_usd
        end as net_usd,
        case
            when joined.parts = joined.priced_parts then 'COMPLETE'
            when joined.priced_parts > 0 then 'PARTIAL'
            else 'MISSING_PRICE'
        end as usd_status,
        ratio((base_rates.last_rate - base_rates.first_rate) * 365, base_rates.first_rate * base_rates.days)
            as base_yield
    from window_sums as joined
    left join base_rates
        on
            base_rates.window_days = joined.window_days
            and base_rates.strategy_id = joined.strategy_id
            and base_rates.days > 0
),

reasons as (
    select
        *,
        case
            when days < least(window_days, :min_data_points) then 'TOO_FEW_DAYS'
            when gross_usd is null then 'MISSING_PRICE'
        end as reason
    from figures
)

select
    window_days::integer,
    kind::text,
    strategy_id::text,
    operator_id::text,
    first_date::date,
    last_date::date,
    days::integer,
    round(gross_usd, 18)::numeric as gross_usd,
    round(net_usd, 18)::numeric as net_usd,
    ratio(tvs_usd, days)::numeric as mean_tvs_usd,
    (case when reason is null then ratio(gross_usd * 365, tvs_usd) end)::numeric as gross_yield,
    (case when reason is null then ratio(net_usd * 365, tvs_usd) end)::numeric as net_yield,
    reason::text,
    usd_status::text,
    base_yield::numeric,
    (
        case
            when strategy_id = '' then 'ALL_STRATEGIES'
            when base_yield is null then 'NO_RATE_HISTORY'
        end
    )::text as base_yield_reason
from reasons
