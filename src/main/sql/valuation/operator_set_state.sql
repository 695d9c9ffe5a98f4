-- Slashable stake of each operator set, over all operators.
-- Grain: one row per operator set.
-- Units: counts, USD.

with

members as (
    select distinct operator_id, operator_set_id
    from operator_avs_registration_history
    where operator_set_id <> '' and unregistered_at is null
),

member_counts as (
    select operator_set_id, count(*) as member_count from members group by operator_set_id
),

slashable as (
    select operator_set_id, sum(slashable_usd) as slashable_usd
    from operator_allocations
    where slashable_shares > 0 or slashable_shares is null
    group by operator_set_id
),

delegated as (
    select operator_set_id, sum(operator_strategy_state.tvs_usd) as delegated_usd
    from members
    join operator_set_strategies using (operator_set_id)
    join operator_strategy_state using (operator_id, strategy_id)
    where operator_strategy_state.shares > 0 or operator_strategy_state.shares is null
    group by operator_set_id
),

unpriced as (
    select operator_set_id, count(*) as unpriced_strategy_count
    from operator_set_strategies
    left join strategy_quotes using (strategy_id)
    where strategy_quotes.usd_per_share_unit is null
    group by operator_set_id
)

select
    operator_set_id::text,
    coalesce(member_counts.member_count, 0)::integer as member_count,
    (case when slashable.operator_set_id is null then 0 else slashable.slashable_usd end)::numeric
        as slashable_usd,
    (case when delegated.operator_set_id is null then 0 else delegated.delegated_usd end)::numeric
        as delegated_usd,
    coalesce(unpriced.unpriced_strategy_count, 0)::integer as unpriced_strategy_count
from operator_sets
left join member_counts using (operator_set_id)
left join slashable using (operator_set_id)
left join delegated using (operator_set_id)
left join unpriced using (operator_set_id)
