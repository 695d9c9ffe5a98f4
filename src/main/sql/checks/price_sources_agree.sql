-- Tokens whose newest prices of a day differ by more than 5 % between two sources.
-- Grain: one row per token, day and pair of sources, of the last seven days with a price.
-- Units: USD for one whole token.

with

since as (
    select max(day) - 7 as day from source_prices
),

imported as (
    select distinct on (token, (at at time zone 'UTC')::date)
        token,
        (at at time zone 'UTC')::date as day,
        source,
        price_usd
    from token_prices
    where source = 'IMPORT' and at >= (select day from since)
    order by token, (at at time zone 'UTC')::date, at desc
),

recent as (
    select token, day, source, price_usd from source_prices where day >= (select day from since)
    union all
    select token, day, source, price_usd from imported
)

select
    one.token,
    one.day,
    one.source,
    one.price_usd,
    other.source as other_source,
    other.price_usd as other_price_usd
from recent as one
join recent as other using (token, day)
where
    one.source < other.source
    and abs(one.price_usd - other.price_usd) > 0.05 * least(one.price_usd, other.price_usd)
order by one.day desc, one.token
