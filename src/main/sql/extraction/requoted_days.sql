-- Days valued at prices or rates that differ from those known now.
-- Grain: one row per day.
-- Units: rates in 10^18 * tokens per share, prices in USD for one whole token.

with

days as (
    select
        partition_date as snapshot_date,
        partition_date::timestamp at time zone 'UTC' as begins_at,
        (partition_date + 1)::timestamp at time zone 'UTC' as ends_at
    from pipeline_partitions
    where stage = 'snapshot' and status = 'DONE'
),

quotes as (
    select
        days.snapshot_date,
        strategies.strategy_id,
        exchange_rate(strategies.strategy_id, rate_then.rate) as exchange_rate,
        price_then.price_usd,
        strategies.decimals
    from days
    cross join known_strategies as strategies
    left join lateral (
        select rate
        from known_exchange_rates
        where
            known_exchange_rates.strategy_id = strategies.strategy_id
            and known_exchange_rates.at < days.ends_at
        order by known_exchange_rates.at desc, known_exchange_rates.is_from_event
        limit 1
    ) as rate_then on true
    left join lateral (
        select price_usd
        from token_prices
        where
            token_prices.token = strategies.underlying_token
            and token_prices.at >= days.begins_at
            and token_prices.at < days.ends_at
        order by token_prices.at desc
        limit 1
    ) as price_then on true
),

held as (
    select strategy_id, snapshot_date, exchange_rate, price_usd, usd_per_share_unit
    from strategy_daily_quotes
    join days using (snapshot_date)
)

select distinct snapshot_date::date as day
from quotes
full join held using (snapshot_date, strategy_id)
where
    (quotes.exchange_rate, quotes.price_usd) is distinct from (held.exchange_rate, held.price_usd)
    or (quotes.price_usd is not null and quotes.decimals is not null)
    is distinct from (held.usd_per_share_unit is not null)
