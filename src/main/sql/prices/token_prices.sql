-- The prices that count, of those that sources gave.
-- Grain: one row per token and UTC day without an imported price, and per source order given in :sources.
-- Units: USD for one whole token.

select distinct on (source_prices.token, source_prices.day)
    source_prices.token::text,
    source_prices.at::timestamptz,
    source_prices.price_usd::numeric,
    source_prices.source::text
from source_prices
join unnest(:sources) with ordinality as preferred (source, place)
    on preferred.source = source_prices.source
where
    not exists (
        select from token_prices as imported
        where
            imported.token = source_prices.token
            and imported.at >= source_prices.day::timestamp at time zone 'UTC'
            and imported.at < (source_prices.day + 1)::timestamp at time zone 'UTC'
            and imported.source = 'IMPORT'
    )
order by source_prices.token, source_prices.day, preferred.place
