-- State of each strategy over all operators at the end of a day.
-- Grain: one row per strategy in which any operator has or had state, of the day.
-- Units: shares in base units, USD by the prices of the day.
-- operator_strategy_daily_snapshots is a temporary table here: the rows of :day that this stage staged before.

-- all operators of a strategy have the same price of the day, or none
select
    strategy_id::text,
    :day::date as snapshot_date,
    sum(shares)::numeric as total_shares,
    (count(*) filter (where shares > 0))::integer as operator_count,
    sum(delegator_count)::integer as delegator_count,
    sum(tvs_usd)::numeric as tvs_usd,
    (count(*) filter (where shares is null))::integer as unknown_operator_count
from operator_strategy_daily_snapshots
where snapshot_date = :day
group by strategy_id
