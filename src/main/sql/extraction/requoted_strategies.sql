-- Strategies whose quote does not hold the newest price of the token, or the newest rate that the strategy answered.
-- Grain: one row per strategy.
-- Units: addresses.

select strategies.strategy_id::text
from known_strategies as strategies
left join strategy_quotes as quotes using (strategy_id)
where
    (select max(at) from token_prices where token = strategies.underlying_token) is distinct from quotes.price_at
    or exists (
        select from strategy_call_rates as answered
        where
            answered.strategy_id = strategies.strategy_id
            and answered.at > coalesce(quotes.rate_at, '-infinity')
    )
