-- Delegator shares of a strategy in which the operator has no state.
-- Grain: one row per operator, staker and strategy.
-- Units: shares in base units.

select
    holdings.operator_id,
    holdings.staker_id,
    holdings.strategy_id,
    holdings.shares
from operator_delegator_shares as holdings
left join operator_strategy_state using (operator_id, strategy_id)
where operator_strategy_state.operator_id is null
