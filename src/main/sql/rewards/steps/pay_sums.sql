-- Sums of what stakers are paid on a day, by pool and by staker and token.
-- Grain: one row per pool, and one row without a pool per staker and token, by their numbers.
-- Units: base units of the token.
-- A staker's part of the weight is divided as for the published trees, where numeric keeps about 20 digits of a quotient;
-- div is exact. One pass makes both sums, because a day has millions of payments. commission is null, which a sum skips,
-- where the operator's amount does not depend on the stakers.

with

payments as (
    select
        pools.pool,
        pools.token_number,
        pools.is_pooled,
        pools.commission_bips,
        weights.staker,
        floor(trunc(weights.weight / pools.total_weight, 15) * pools.stakers_pool) as pay
    from operator_pools as pools
    join staker_weights as weights using (member)
    where pools.stakers_pool > 0 and pools.total_weight > 0 and weights.weight > 0
),

sums as (
    select
        pool,
        staker,
        token_number,
        coalesce(sum(div(pay * commission_bips, 10000)) filter (where is_pooled and commission_bips > 0), 0)
            as operator_amount,
        sum(pay) as amount
    from payments
    group by grouping sets ((pool), (staker, token_number))
)

select pool, staker, token_number, operator_amount, amount - operator_amount as stakers_amount
from sums
