-- Sums of what stakers are paid on a day, by pool and by staker and token.
-- Grain: one row per pool, and one row without a pool per staker and token.
-- Units: base units of the token.
-- A staker's part of the weight is divided as for the published trees, where numeric keeps about 20 digits of a quotient;
-- div is exact. One pass makes both sums, because a day has millions of payments.

with

payments as (
    select
        pools.pool,
        pools.token,
        pools.is_pooled,
        pools.commission_bips,
        weights.staker_id,
        floor(trunc(weights.weight / pools.total_weight, 15) * pools.stakers_pool) as pay
    from operator_pools as pools
    join staker_weights as weights
        on weights.profile = pools.profile and weights.operator_id = pools.operator_id
    where pools.stakers_pool > 0 and pools.total_weight > 0 and weights.weight > 0
),

sums as (
    select
        pool,
        staker_id,
        token,
        sum(case when is_pooled then div(pay * coalesce(commission_bips, 0), 10000) else 0 end) as operator_amount,
        sum(pay) as amount
    from payments
    group by grouping sets ((pool), (staker_id, token))
)

select pool, staker_id, token, operator_amount, amount - operator_amount as stakers_amount
from sums
