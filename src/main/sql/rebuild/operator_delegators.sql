-- All stakers that ever delegated to an operator, and whether they still hold shares.
-- Grain: one row per operator and staker.
-- Units: instants.

with

-- periods do not overlap: the latest begins and ends last, and only the latest can be open
latest_periods as (
    select
        operator_id,
        staker_id,
        max(delegated_at) as delegated_at,
        case when bool_and(undelegated_at is not null) then max(undelegated_at) end as undelegated_at
    from operator_delegator_history
    where operator_id in (select unnest(:operators))
    group by operator_id, staker_id
),

holdings as (
    select
        operator_id,
        staker_id,
        count(shares) as strategy_count,
        bool_or(shares is not null and not is_dust) as is_holding
    from operator_delegator_shares
    where operator_id in (select unnest(:operators))
    group by operator_id, staker_id
)

-- a staker with shares but without a period delegated before the source began
select
    operator_id::text,
    staker_id::text,
    (latest_periods.undelegated_at is null)::boolean as is_delegated,
    (latest_periods.undelegated_at is null and coalesce(holdings.is_holding, false))::boolean
        as is_active,
    latest_periods.delegated_at::timestamptz,
    latest_periods.undelegated_at::timestamptz,
    coalesce(holdings.strategy_count, 0)::integer as strategy_count
from latest_periods
full outer join holdings using (operator_id, staker_id)
