-- Value of one base unit of each strategy's shares.
-- Grain: one row per strategy that imports or events describe.
-- Units: rate in 10^18 * tokens per share, prices in USD for one whole token.
-- A rate holds until the next one; a price counts only from :from_time on.

with

newest_rates as (
    select distinct on (strategy_id) strategy_id, rate, at
    from known_exchange_rates
    where at <= :until_time
    order by strategy_id, at desc, is_from_event
),

newest_prices as (
    select distinct on (token) token, price_usd, at
    from token_prices
    where at >= :from_time and at <= :until_time
    order by token, at desc
),

quotes as (
    select
        strategies.strategy_id,
        strategies.decimals,
        rate_status(strategies.strategy_id, newest_rates.rate) as rate_status,
        exchange_rate(strategies.strategy_id, newest_rates.rate) as exchange_rate,
        newest_rates.at as rate_at,
        newest_prices.price_usd,
        newest_prices.at as price_at
    from known_strategies as strategies
    left join newest_rates using (strategy_id)
    left join newest_prices on newest_prices.token = strategies.underlying_token
)

select
    strategy_id::text,
    exchange_rate::numeric,
    rate_status::text,
    (case rate_status when 'QUOTED' then rate_at end)::timestamptz as rate_at,
    price_usd::numeric,
    price_at::timestamptz,
    usd_per_share_unit(exchange_rate, price_usd, decimals)::numeric as usd_per_share_unit
from quotes
