-- Delegators called active that hold nothing, or called inactive that do.
-- Grain: one row per operator and staker.
-- Units: counts.

with

holdings as (
    select operator_id, staker_id, count(*) filter (where not is_dust) as strategies
    from operator_delegator_shares
    group by operator_id, staker_id
)

select
    operator_id,
    staker_id,
    operator_delegators.is_active,
    operator_delegators.is_delegated,
    coalesce(holdings.strategies, 0) as strategies
from operator_delegators
left join holdings using (operator_id, staker_id)
where
    operator_delegators.is_active
    <> (operator_delegators.is_delegated and coalesce(holdings.strategies, 0) > 0)
