-- Rate and price at which a day is valued.
-- Grain: one row per strategy that imports or events describe, of the day.
-- Units: rate in 10^18 * tokens per share, prices in USD for one whole token.
-- strategy_quotes is a temporary table here: the last quotes inside the day, which the stage day_end staged.

select
    strategy_id::text,
    :day::date as snapshot_date,
    exchange_rate::numeric,
    rate_status::text,
    price_usd::numeric,
    price_at::timestamptz,
    usd_per_share_unit::numeric
from strategy_quotes
