-- Allocations of all operators to each operator set at the end of a day.
-- Grain: one row per operator, operator set and strategy that was ever allocated, of the day.
-- Units: magnitudes in wads, shares in base units, USD by the prices of the day, blocks.
-- operator_allocations and strategy_quotes are temporary tables here: the rows that the stage day_end staged for the day.

with

-- an operator without changes keeps the allocations of the day before
allocations as (
    select
        operator_id,
        operator_set_id,
        strategy_id,
        current_magnitude,
        pending_magnitude,
        pending_effect_block,
        is_slashable,
        slashable_shares
    from operator_allocations
    where operator_id in (select unnest(:operators))
    union all
    select
        operator_id,
        operator_set_id,
        strategy_id,
        current_magnitude,
        pending_magnitude,
        pending_effect_block,
        is_slashable,
        slashable_shares
    from operator_allocation_daily_snapshots
    where snapshot_date = :carried_day and operator_id not in (select unnest(:operators))
)

select
    allocations.operator_id::text,
    allocations.operator_set_id::text,
    allocations.strategy_id::text,
    :day::date as snapshot_date,
    allocations.current_magnitude::numeric,
    allocations.pending_magnitude::numeric,
    allocations.pending_effect_block::bigint,
    allocations.is_slashable::boolean,
    allocations.slashable_shares::numeric,
    usd_value(allocations.slashable_shares, strategy_quotes.usd_per_share_unit)::numeric
        as slashable_usd
from allocations
left join strategy_quotes using (strategy_id)
