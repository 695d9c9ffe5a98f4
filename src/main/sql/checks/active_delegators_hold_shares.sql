-- Active delegators without shares, and inactive delegators with shares.
-- Grain: one row per operator and staker.
-- Units: counts.

select operator_id, staker_id, is_active, is_delegated, strategy_count
from operator_delegators
where
    is_active <> (
        is_delegated
        and exists (
            select from operator_delegator_shares
            where
                operator_delegator_shares.operator_id = operator_delegators.operator_id
                and operator_delegator_shares.staker_id = operator_delegators.staker_id
                and operator_delegator_shares.shares is not null
                and not operator_delegator_shares.is_dust
        )
    )
