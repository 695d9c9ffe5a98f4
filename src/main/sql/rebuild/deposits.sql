-- Shares that delegated stakers added: increases of shares without a delegation in their transaction.
-- Grain: one row per operator and event.
-- Units: shares in base units of the strategy's token.

select
    act.operator_id::text,
    act.block_number::bigint,
    act.log_index::bigint,
    act.staker_id::text,
    act.strategy_id::text,
    act.amount::numeric as shares,
    act.happened_at::timestamptz as deposited_at,
    act.transaction_hash::text
from operator_activity as act
where
    act.operator_id in (select unnest(:operators))
    and act.activity_type = 'SHARES_INCREASED'
    and not exists (
        select from operator_activity as delegation
        where
            delegation.operator_id = act.operator_id
            and delegation.block_number = act.block_number
            and delegation.transaction_hash = act.transaction_hash
            and delegation.staker_id = act.staker_id
            and delegation.activity_type = 'DELEGATED'
    )
