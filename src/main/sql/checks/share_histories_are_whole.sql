-- Shares that are unknown because withdrawals exceed deposits: the history before the first event is missing.
-- Grain: one row per operator and strategy.
-- Units: none.

select operator_id, strategy_id
from operator_strategy_state
where shares is null
