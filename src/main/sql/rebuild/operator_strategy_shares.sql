-- Shares delegated to an operator in each strategy.
-- Grain: one row per operator and strategy that share events name.
-- Units: base units of the strategy's token, null when they cannot be known.

select
    operator_id::text,
    strategy_id::text,
    shares::numeric
from operator_strategy_share_history
where operator_id in (select unnest(:operators)) and until_date is null
