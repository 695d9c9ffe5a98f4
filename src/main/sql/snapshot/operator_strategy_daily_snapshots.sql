-- State of each operator in each strategy at the end of a day.
-- Grain: one row per operator and strategy, of the day.
-- Units: shares in base units, null when they cannot be known, magnitudes in wads (1e18 is the whole stake), USD by the prices of the day.
-- operator_strategy_state and strategy_quotes are temporary tables here: the rows that the stage day_end staged for the day.

with

-- an operator without changes keeps the state of the day before
holdings as (
    select
        operator_id,
        strategy_id,
        shares,
        max_magnitude,
        encumbered_magnitude,
        allocatable_magnitude,
        utilization_rate,
        delegator_count
    from operator_strategy_state
    where operator_id in (select unnest(:operators))
    union all
    select
        operator_id,
        strategy_id,
        shares,
        max_magnitude,
        encumbered_magnitude,
        allocatable_magnitude,
        utilization_rate,
        delegator_count
    from operator_strategy_daily_snapshots
    where snapshot_date = :carried_day and operator_id not in (select unnest(:operators))
)

select
    holdings.operator_id::text,
    holdings.strategy_id::text,
    :day::date as snapshot_date,
    holdings.shares::numeric,
    holdings.max_magnitude::numeric,
    holdings.encumbered_magnitude::numeric,
    holdings.allocatable_magnitude::numeric,
    holdings.utilization_rate::numeric,
    holdings.delegator_count::integer,
    usd_value(holdings.shares, strategy_quotes.usd_per_share_unit)::numeric as tvs_usd
from holdings
left join strategy_quotes using (strategy_id)
