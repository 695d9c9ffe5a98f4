-- Strategies with shares whose newest price is old.
-- Grain: one row per strategy and time of its price.
-- Units: whole hours since the price, USD of the shares by that price.

select
    concat_ws(
        ' ', quote.strategy_id, to_char(quote.price_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )::text as fact_key,
    null::text as operator_id,
    null::text as avs_id,
    null::text as staker_id,
    null::bigint as block_number,
    quote.price_at::timestamptz as happened_at,
    held.tvs_usd::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    floor(extract(epoch from :until_time - quote.price_at) / 3600)::integer as hours,
    jsonb_build_object(
        'strategy', quote.strategy_id,
        'priceUsd', quote.price_usd::text,
        'priceAt', to_char(quote.price_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'usd', held.tvs_usd::text
    ) as figures,
    null::text as detail,
    ('/strategies/' || quote.strategy_id)::text as link
from strategy_quotes as quote
join strategy_state as held on held.strategy_id = quote.strategy_id
where held.total_shares > 0 and quote.price_at < :until_time
