-- Who serves an AVS, and with how much behind them.
-- Grain: one row per AVS.
-- Units: counts, USD.

with

operators_of_avs as (
    select
        operator_avs_relationships.avs_id,
        count(*) filter (where operator_avs_relationships.is_registered) as operator_count,
        count(*) as ever_operator_count,
        sum(operator_current_state.total_tvs) filter (where operator_avs_relationships.is_registered)
            as delegated_usd
    from operator_avs_relationships
    left join operator_current_state using (operator_id)
    group by operator_avs_relationships.avs_id
),

sets_of_avs as (
    select avs_id, count(*) as operator_set_count from operator_sets group by avs_id
)

select
    avs_id::text,
    coalesce(operators_of_avs.operator_count, 0)::integer as operator_count,
    coalesce(operators_of_avs.ever_operator_count, 0)::integer as ever_operator_count,
    coalesce(sets_of_avs.operator_set_count, 0)::integer as operator_set_count,
    coalesce(operators_of_avs.delegated_usd, 0)::numeric as delegated_usd
from avs
left join operators_of_avs using (avs_id)
left join sets_of_avs using (avs_id)
