-- The last price of each strategy within the longest window: one price for all days.
-- Grain: one row per strategy with a quote.
-- Units: USD per base unit of shares, UTC days.

select distinct on (strategy_id)
    strategy_id, snapshot_date as last_quoted, usd_per_share_unit
from strategy_daily_quotes
where
    snapshot_date > :day - (select max(window_days) from unnest(:windows) as windows (window_days))
    and snapshot_date <= :day
    and usd_per_share_unit is not null
order by strategy_id, snapshot_date desc
