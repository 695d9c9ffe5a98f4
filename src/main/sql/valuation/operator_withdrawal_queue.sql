-- Value of what is queued to leave an operator.
-- Grain: one row per operator and strategy with queued withdrawals.
-- Units: USD.

select
    queue.operator_id::text,
    queue.strategy_id::text,
    usd_value(queue.shares, strategy_quotes.usd_per_share_unit)::numeric as usd,
    usd_value(queue.slashable_shares, strategy_quotes.usd_per_share_unit)::numeric as slashable_usd
from operator_withdrawal_queue as queue
left join strategy_quotes using (strategy_id)
where queue.operator_id in (select unnest(:operators))
