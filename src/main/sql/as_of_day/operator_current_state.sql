-- Value of operators at the end of a day, from its snapshot.
-- Grain: one row per operator.
-- Units: USD by the prices of the day.
-- The past of metadata is not kept: an operator has its name of today.

with

asked as (
    select unnest(:operators) as operator_id
)

select
    operator_id::text,
    operator_metadata.name::text,
    (operators.metadata_uri is not null or operator_metadata.operator_id is not null)::boolean as has_metadata,
    taken.total_tvs::numeric,
    taken.tvs_status::text,
    taken.unpriced_strategy_count::integer,
    taken.unknown_strategy_count::integer
from asked
left join (
    select * from operator_daily_snapshots where snapshot_date = :day
) as taken using (operator_id)
left join operators using (operator_id)
left join operator_metadata using (operator_id)
