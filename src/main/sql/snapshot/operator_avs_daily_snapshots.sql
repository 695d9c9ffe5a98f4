-- AVSs that each operator served at the end of a day.
-- Grain: one row per operator and AVS that it served, of the day.
-- Units: counts, instants.
-- operator_avs_relationships is a temporary table here: the rows that the stage day_end staged for :operators.

with

-- an operator without changes serves the same AVSs as the day before
relationships as (
    select operator_id, avs_id, is_registered_with_directory, operator_set_count, registered_at
    from operator_avs_relationships
    where operator_id in (select unnest(:operators)) and is_registered
    union all
    select operator_id, avs_id, is_registered_with_directory, operator_set_count, registered_at
    from operator_avs_daily_snapshots
    where snapshot_date = :carried_day and operator_id not in (select unnest(:operators))
)

select
    operator_id::text,
    avs_id::text,
    :day::date as snapshot_date,
    is_registered_with_directory::boolean,
    operator_set_count::integer,
    registered_at::timestamptz
from relationships
