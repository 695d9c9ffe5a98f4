-- Total value of each delegator's shares at its operator.
-- Grain: one row per operator and staker.
-- Units: USD, of the priced part.

with

holdings as (
    select operator_id, staker_id, sum(tvs_usd) as tvs_usd
    from operator_delegator_shares
    where operator_id in (select unnest(:operators))
    group by operator_id, staker_id
)

select
    operator_delegators.operator_id::text,
    operator_delegators.staker_id::text,
    holdings.tvs_usd::numeric
from operator_delegators
left join holdings using (operator_id, staker_id)
where operator_delegators.operator_id in (select unnest(:operators))
