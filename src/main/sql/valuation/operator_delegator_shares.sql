-- Value of each delegator's shares.
-- Grain: one row per operator, staker and strategy.
-- Units: USD.

select
    holdings.operator_id::text,
    holdings.staker_id::text,
    holdings.strategy_id::text,
    usd_value(holdings.shares, strategy_quotes.usd_per_share_unit)::numeric as tvs_usd
from operator_delegator_shares as holdings
left join strategy_quotes using (strategy_id)
where holdings.operator_id in (select unnest(:operators))
