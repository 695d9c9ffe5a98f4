-- Operators and stake of AVSs at the end of a day, as they were kept.
-- Grain: one row per AVS that any event had named by then.
-- Units: counts, USD by the prices of the day.
-- operator_avs_relationships is a temporary table here: those of one AVS by then.

with

kept as (
    select * from avs_daily_stakes where date = :day
),

ever as (
    select avs_id, count(*) as operator_count from operator_avs_relationships group by avs_id
),

sets as (
    select avs_id, count(*) as operator_set_count from operator_sets group by avs_id
)

select
    avs_id::text,
    coalesce(kept.operator_count, 0)::integer as operator_count,
    coalesce(ever.operator_count, 0)::integer as ever_operator_count,
    coalesce(sets.operator_set_count, 0)::integer as operator_set_count,
    (case when kept.avs_id is null then 0 else kept.delegated_usd end)::numeric as delegated_usd,
    coalesce(kept.unpriced_operator_count, 0)::integer as unpriced_operator_count,
    (case when kept.avs_id is null then 0 else kept.slashable_usd end)::numeric as slashable_usd
from avs
left join kept using (avs_id)
left join ever using (avs_id)
left join sets using (avs_id)
