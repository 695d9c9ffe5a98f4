-- Magnitudes out of order: in effect <= last encumbered by an event <= maximum does not hold.
-- Grain: one row per operator and strategy.
-- Units: wads.

select
    operator_id,
    strategy_id,
    operator_strategy_state.encumbered_magnitude,
    operator_strategy_magnitudes.last_encumbered_magnitude,
    operator_strategy_magnitudes.max_magnitude
from operator_strategy_state
join operator_strategy_magnitudes using (operator_id, strategy_id)
where
    operator_strategy_state.encumbered_magnitude
    > operator_strategy_magnitudes.last_encumbered_magnitude
    or operator_strategy_magnitudes.last_encumbered_magnitude
    > operator_strategy_magnitudes.max_magnitude
