-- Operators that serve each AVS, and the stake behind them.
-- Grain: one row per AVS.
-- Units: counts, USD.

with

operators_of_avs as (
    select
        operator_avs_relationships.avs_id,
        count(*) filter (where operator_avs_relationships.is_registered) as operator_count,
        count(*) as ever_operator_count,
        count(*) filter (
            where
                operator_avs_relationships.is_registered
                and operator_current_state.unpriced_strategy_count > 0
        ) as unpriced_operator_count,
        count(*) filter (
            where
                operator_avs_relationships.is_registered
                and operator_current_state.tvs_status <> 'NO_SHARES'
        ) as holding_operator_count,
        sum(operator_current_state.total_tvs) filter (
            where
                operator_avs_relationships.is_registered
                and operator_current_state.tvs_status <> 'NO_SHARES'
        ) as delegated_usd
    from operator_avs_relationships
    left join operator_current_state using (operator_id)
    group by operator_avs_relationships.avs_id
),

sets_of_avs as (
    select
        operator_sets.avs_id,
        count(*) as operator_set_count,
        count(*) filter (where operator_set_state.slashable_usd is distinct from 0) as slashing_count,
        sum(operator_set_state.slashable_usd)
            filter (where operator_set_state.slashable_usd is distinct from 0) as slashable_usd
    from operator_sets
    left join operator_set_state using (operator_set_id)
    group by operator_sets.avs_id
)

select
    avs_id::text,
    coalesce(operators_of_avs.operator_count, 0)::integer as operator_count,
    coalesce(operators_of_avs.ever_operator_count, 0)::integer as ever_operator_count,
    coalesce(sets_of_avs.operator_set_count, 0)::integer as operator_set_count,
    (case
        when coalesce(operators_of_avs.holding_operator_count, 0) = 0 then 0
        else operators_of_avs.delegated_usd
    end)::numeric as delegated_usd,
    coalesce(operators_of_avs.unpriced_operator_count, 0)::integer as unpriced_operator_count,
    (case
        when coalesce(sets_of_avs.slashing_count, 0) = 0 then 0
        else sets_of_avs.slashable_usd
    end)::numeric as slashable_usd
from avs
left join operators_of_avs using (avs_id)
left join sets_of_avs using (avs_id)
