-- Shares delegated to an operator in each strategy at the end of a day.
-- Grain: one row per operator and strategy that share events had named by then.
-- Units: base units of the strategy's token, null when they cannot be known.

select
    operator_id::text,
    strategy_id::text,
    shares::numeric
from operator_strategy_share_history
where
    operator_id in (select unnest(:operators))
    and from_date <= :day
    and (until_date is null or until_date > :day)
