-- Stake of operators in :strategies at the end of a day, from its snapshot.
-- Grain: one row per operator and strategy.
-- Units: shares in base units, magnitudes in wads (1e18 is the whole stake), USD by the prices of the day.

select
    operator_id::text,
    strategy_id::text,
    shares::numeric,
    max_magnitude::numeric,
    encumbered_magnitude::numeric,
    allocatable_magnitude::numeric,
    utilization_rate::numeric,
    delegator_count::integer,
    tvs_usd::numeric
from operator_strategy_daily_snapshots
where snapshot_date = :day and strategy_id in (select unnest(:strategies))
