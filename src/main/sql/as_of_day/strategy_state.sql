-- Delegated shares in each strategy at the end of a day, from its snapshot.
-- Grain: one row per strategy that imports or events describe, or operators held on the day.
-- Units: shares in base units, USD by the prices of the day.
-- strategy_quotes is a temporary table of that day, which hides the regular one.

with

taken as (
    select * from strategy_daily_snapshots where snapshot_date = :day
)

select
    strategy_id::text,
    (case when taken.strategy_id is null then 0 else taken.total_shares end)::numeric as total_shares,
    (case
        when taken.strategy_id is not null then taken.tvs_usd
        when strategy_quotes.usd_per_share_unit is not null then 0
    end)::numeric as tvs_usd,
    coalesce(taken.operator_count, 0)::integer as operator_count,
    coalesce(taken.delegator_count, 0)::integer as delegator_count,
    coalesce(taken.unknown_operator_count, 0)::integer as unknown_operator_count
from taken
full outer join strategy_quotes using (strategy_id)
