-- All stakers that had ever delegated to an operator by the end of a day, and whether they still held shares.
-- Grain: one row per operator and staker.
-- Units: none.
-- operator_delegator_shares is a temporary table here: what the stage day_end staged for :operators.

with

periods as (
    select
        operator_id,
        staker_id,
        bool_or(undelegated_block is null or undelegated_block > :until_block) as is_delegated
    from operator_delegator_history
    where operator_id in (select unnest(:operators)) and delegated_block <= :until_block
    group by operator_id, staker_id
),

holdings as (
    select operator_id, staker_id, bool_or(shares is not null and not is_dust) as is_holding
    from operator_delegator_shares
    where operator_id in (select unnest(:operators))
    group by operator_id, staker_id
)

-- a staker with shares but without a period delegated before the source began
select
    operator_id::text,
    staker_id::text,
    coalesce(periods.is_delegated, true)::boolean as is_delegated,
    (coalesce(periods.is_delegated, true) and coalesce(holdings.is_holding, false))::boolean as is_active
from periods
full outer join holdings using (operator_id, staker_id)
