-- Delegated shares in each strategy, over all operators.
-- Grain: one row per strategy that imports describe or operators hold.
-- Units: shares in base units, USD.

with

operator_sums as (
    select
        strategy_id,
        sum(shares) as total_shares,
        sum(tvs_usd) as tvs_usd,
        count(*) filter (where shares > 0) as operator_count,
        count(*) filter (where shares is null) as unknown_operator_count,
        sum(delegator_count) as delegator_count
    from operator_strategy_state
    group by strategy_id
)

-- the delegator counts of the operators add up, because a staker delegates to one operator at a time
select
    strategy_id::text,
    (case when operator_sums.strategy_id is null then 0 else operator_sums.total_shares end)::numeric
        as total_shares,
    (case
        when strategy_quotes.usd_per_share_unit is null then null
        when operator_sums.strategy_id is null then 0
        else operator_sums.tvs_usd
    end)::numeric as tvs_usd,
    coalesce(operator_sums.operator_count, 0)::integer as operator_count,
    coalesce(operator_sums.delegator_count, 0)::integer as delegator_count,
    coalesce(operator_sums.unknown_operator_count, 0)::integer as unknown_operator_count
from operator_sums
full outer join strategy_quotes using (strategy_id)
