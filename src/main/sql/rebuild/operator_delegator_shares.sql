-- Shares of each delegator at its operator.
-- Grain: one row per operator, staker and strategy with shares, while the staker is delegated.
-- Units: shares in base units of the strategy's token.

select
    operator_id::text,
    staker_id::text,
    strategy_id::text,
    shares::numeric,
    is_dust::boolean
from operator_delegator_share_history
where operator_id in (select unnest(:operators)) and until_date is null
