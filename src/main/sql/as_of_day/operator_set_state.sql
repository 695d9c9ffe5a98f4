-- Members and stake of operator sets at the end of a day, as they were kept.
-- Grain: one row per operator set that any event had named by then.
-- Units: counts, USD by the prices of the day.

with

kept as (
    select * from operator_set_daily_stakes where date = :day
)

select
    operator_set_id::text,
    coalesce(kept.member_count, 0)::integer as member_count,
    (case when kept.operator_set_id is null then 0 else kept.slashable_usd end)::numeric as slashable_usd,
    (case when kept.operator_set_id is null then 0 else kept.delegated_usd end)::numeric as delegated_usd,
    coalesce(kept.unpriced_strategy_count, 0)::integer as unpriced_strategy_count
from operator_sets
left join kept using (operator_set_id)
