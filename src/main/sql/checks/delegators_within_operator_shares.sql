-- Operators whose delegators together hold more shares than the operator.
-- Grain: one row per operator and strategy.
-- Units: shares in base units.

with

held as (
    select operator_id, strategy_id, sum(shares) as delegator_shares
    from operator_delegator_shares
    group by operator_id, strategy_id
)

select
    operator_id,
    strategy_id,
    held.delegator_shares,
    operator_strategy_state.shares as operator_shares
from held
join operator_strategy_state using (operator_id, strategy_id)
where held.delegator_shares > operator_strategy_state.shares
