-- Commission rates of all operators at the end of a day, in force and announced; the writer adds the day to periods.
-- Grain: one row per operator for PI, and for each AVS and operator set that it served or set a rate for, of the day.
-- Units: bips (10000 keeps the whole reward), instants.
-- operator_commission_rates is a temporary table here: the rows that the stage day_end staged for :operators.

with

-- an operator without changes keeps the rates of the day before
rates as (
    select
        operator_id, commission_kind, subject_id, current_bips, is_default, upcoming_bips, activates_at
    from operator_commission_rates
    where operator_id in (select unnest(:operators))
    union all
    select
        operator_id, commission_kind, subject_id, current_bips, is_default, upcoming_bips, activates_at
    from operator_commission_periods
    where
        from_date <= :carried_day
        and (until_date > :carried_day) is not false
        and operator_id not in (select unnest(:operators))
)

select
    operator_id::text,
    commission_kind::text,
    subject_id::text,
    :day::date as from_date,
    current_bips::integer,
    is_default::boolean,
    upcoming_bips::integer,
    activates_at::timestamptz
from rates
