-- Stake of an operator in each strategy, its encumbered part, and the number of its delegators.
-- Grain: one row per operator and strategy that any event of the operator names.
-- Units: shares in base units, null when they cannot be known, magnitudes in wads (1e18 is the whole stake).

with

-- an increase is encumbered when it is announced, a decrease stays encumbered until it takes effect
encumbered as (
    select
        operator_id,
        strategy_id,
        sum(greatest(current_magnitude, pending_magnitude)) as magnitude
    from operator_allocations
    where operator_id in (select unnest(:operators))
    group by operator_id, strategy_id
),

delegators as (
    select operator_id, strategy_id, count(*) as delegator_count
    from operator_delegator_shares
    where operator_id in (select unnest(:operators)) and shares is not null and not is_dust
    group by operator_id, strategy_id
),

shares as (
    select operator_id, strategy_id, shares
    from operator_strategy_shares
    where operator_id in (select unnest(:operators))
),

magnitudes as (
    select operator_id, strategy_id, max_magnitude
    from operator_strategy_magnitudes
    where operator_id in (select unnest(:operators))
),

strategies_of_operators as (
    select
        operator_id,
        strategy_id,
        case when shares.operator_id is null then 0 else shares.shares end as shares,
        coalesce(magnitudes.max_magnitude, 1e18) as max_magnitude,
        coalesce(encumbered.magnitude, 0) as encumbered_magnitude,
        coalesce(delegators.delegator_count, 0) as delegator_count
    from shares
    full outer join magnitudes using (operator_id, strategy_id)
    left join encumbered using (operator_id, strategy_id)
    left join delegators using (operator_id, strategy_id)
)

select
    operator_id::text,
    strategy_id::text,
    shares::numeric,
    max_magnitude::numeric,
    encumbered_magnitude::numeric,
    (max_magnitude - encumbered_magnitude)::numeric as allocatable_magnitude,
    ratio(encumbered_magnitude, max_magnitude)::numeric as utilization_rate,
    delegator_count::integer
from strategies_of_operators
