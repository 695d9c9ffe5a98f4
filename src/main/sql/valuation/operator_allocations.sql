-- Part of an operator's stake that each operator set can slash.
-- Grain: one row per operator, operator set and strategy that was ever allocated.
-- Units: shares in base units, null when they cannot be known, magnitudes in wads, USD, blocks.

with

-- an operator that leaves stays slashable for the deallocation delay
exposures as (
    select
        operator_id,
        operator_set_id,
        bool_or(
            unregistered_block is null
            or unregistered_block + :deallocation_delay >= :until_block
        ) as is_exposed
    from operator_avs_registration_history
    where operator_id in (select unnest(:operators)) and operator_set_id <> ''
    group by operator_id, operator_set_id
),

allocations as (
    select
        operator_allocations.operator_id,
        operator_allocations.operator_set_id,
        operator_allocations.strategy_id,
        operator_allocations.current_magnitude > 0
        and operator_set_strategies.strategy_id is not null
        and coalesce(exposures.is_exposed, false) as is_slashable,
        case
            when operator_strategy_shares.operator_id is null
                or operator_strategy_magnitudes.max_magnitude = 0 then 0
            else allocated_shares(
                operator_strategy_shares.shares,
                operator_allocations.current_magnitude,
                coalesce(operator_strategy_magnitudes.max_magnitude, 1e18)
            )
        end as shares
    from operator_allocations
    left join operator_set_strategies using (operator_set_id, strategy_id)
    left join exposures using (operator_id, operator_set_id)
    left join operator_strategy_shares using (operator_id, strategy_id)
    left join operator_strategy_magnitudes using (operator_id, strategy_id)
    where operator_allocations.operator_id in (select unnest(:operators))
)

select
    operator_id::text,
    operator_set_id::text,
    strategy_id::text,
    is_slashable::boolean,
    (case when is_slashable then shares else 0 end)::numeric as slashable_shares,
    usd_value(
        case when is_slashable then shares else 0 end, strategy_quotes.usd_per_share_unit
    )::numeric as slashable_usd
from allocations
left join strategy_quotes using (strategy_id)
