-- Allocations of all operators to each operator set at the end of a day; the writer adds the day to periods.
-- Grain: one row per operator, operator set and strategy that was ever allocated, of the day.
-- Units: magnitudes in wads, blocks.
-- operator_allocations is a temporary table here: the rows that the stage day_end staged for :operators.

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
        is_slashable
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
        is_slashable
    from operator_allocation_periods
    where
        from_date <= :carried_day
        and (until_date > :carried_day) is not false
        and operator_id not in (select unnest(:operators))
)

select
    operator_id::text,
    operator_set_id::text,
    strategy_id::text,
    :day::date as from_date,
    current_magnitude::numeric,
    pending_magnitude::numeric,
    pending_effect_block::bigint,
    is_slashable::boolean
from allocations
