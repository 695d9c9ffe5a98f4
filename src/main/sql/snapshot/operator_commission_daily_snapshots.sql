-- What every operator kept of rewards at the end of a day, and what it had announced to keep.
-- Grain: one row per operator for PI, and for each AVS and operator set it served or gave a rate, of the day.
-- Units: bips (10000 keeps the whole reward), instants.
-- operator_commission_rates is a temporary table here: what the stage day_end staged for :operators.

with

-- an operator without changes keeps its rates of the day before
rates as (
    select
        operator_id, commission_kind, subject_id, current_bips, is_default, upcoming_bips, activates_at
    from operator_commission_rates
    where operator_id in (select unnest(:operators))
    union all
    select
        operator_id, commission_kind, subject_id, current_bips, is_default, upcoming_bips, activates_at
    from operator_commission_daily_snapshots
    where snapshot_date = :carried_day and operator_id not in (select unnest(:operators))
)

select
    operator_id::text,
    commission_kind::text,
    subject_id::text,
    :day::date as snapshot_date,
    current_bips::integer,
    is_default::boolean,
    upcoming_bips::integer,
    activates_at::timestamptz
from rates
