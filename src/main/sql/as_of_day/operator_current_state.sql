-- Value of operators at the end of a day, from its snapshot.
-- Grain: one row per operator.
-- Units: USD by the prices of the day.

with

asked as (
    select unnest(:operators) as operator_id
)

select
    operator_id::text,
    taken.total_tvs::numeric,
    taken.tvs_status::text,
    taken.unpriced_strategy_count::integer,
    taken.unknown_strategy_count::integer
from asked
left join (
    select * from operator_daily_snapshots where snapshot_date = :day
) as taken using (operator_id)
