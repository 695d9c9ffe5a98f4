-- Operators whose delegators together hold more shares than the operator.
-- Grain: one row per operator and strategy.
-- Units: shares in base units.
-- The contracts keep an operator's shares as one sum. For each delegator they round the product of the factors that slashes
-- left to 10^-18. So the delegators may together hold more than the operator: for each of them, and for each withdrawal since,
-- 10^-18 of its scaled shares and one base unit. More than that is reported.

with

held as (
    select operator_id, strategy_id, sum(shares) as delegator_shares
    from operator_delegator_shares
    group by operator_id, strategy_id
),

exceeding as (
    select
        operator_id,
        strategy_id,
        held.delegator_shares,
        operator_strategy_state.shares as operator_shares
    from held
    join operator_strategy_state using (operator_id, strategy_id)
    where held.delegator_shares > operator_strategy_state.shares
)

select operator_id, strategy_id, delegator_shares, operator_shares
from exceeding
where
    delegator_shares - operator_shares > (
        select coalesce(sum(1 + div(slashed.scaled_shares, 1e18)), 0)
        from (
            select scaled_shares
            from operator_delegator_scaled_shares as held
            where held.operator_id = exceeding.operator_id and held.strategy_id = exceeding.strategy_id
            union all
            select scaled_shares
            from queued_withdrawal_shares as withdrawn
            where
                withdrawn.operator_id = exceeding.operator_id
                and withdrawn.strategy_id = exceeding.strategy_id
                and withdrawn.scaled_shares > withdrawn.shares
        ) as slashed
    )
