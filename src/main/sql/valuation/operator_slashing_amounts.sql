-- Value of a slash when it happened.
-- Grain: one row per slash and strategy that it names.
-- Units: USD.

select
    amounts.operator_id::text,
    amounts.transaction_hash::text,
    amounts.log_index::bigint,
    amounts.strategy_id::text,
    usd_value(
        amounts.shares,
        usd_per_share_unit(
            exchange_rate(amounts.strategy_id, rate_then.rate),
            price_then.price_usd,
            strategies.decimals
        )
    )::numeric as slashed_usd
from operator_slashing_amounts as amounts
join operator_slashing_incidents as incidents using (operator_id, transaction_hash, log_index)
left join known_strategies as strategies using (strategy_id)
left join lateral (
    select rate
    from known_exchange_rates
    where known_exchange_rates.strategy_id = amounts.strategy_id and at <= incidents.slashed_at
    order by at desc, is_from_event
    limit 1
) as rate_then on true
left join lateral (
    select price_usd
    from token_prices
    where token_prices.token = strategies.underlying_token and at <= incidents.slashed_at
    order by at desc
    limit 1
) as price_then on true
where amounts.operator_id in (select unnest(:operators))
