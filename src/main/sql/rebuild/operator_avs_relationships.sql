-- AVSs that an operator serves or served, by the AVS directory or through operator sets.
-- Grain: one row per operator and AVS.
-- Units: instants.

with

periods as (
    select
        operator_id,
        avs_id,
        count(*) filter (where unregistered_at is null and operator_set_id = '') as directory_count,
        count(*) filter (where unregistered_at is null and operator_set_id <> '')
            as operator_set_count,
        min(registered_at) as registered_at,
        max(unregistered_at) as last_unregistered_at
    from operator_avs_registration_history
    where operator_id in (select unnest(:operators))
    group by operator_id, avs_id
)

select
    operator_id::text,
    avs_id::text,
    (directory_count + operator_set_count > 0)::boolean as is_registered,
    (directory_count > 0)::boolean as is_registered_with_directory,
    operator_set_count::integer,
    registered_at::timestamptz,
    (case when directory_count + operator_set_count = 0 then last_unregistered_at end)::timestamptz
        as unregistered_at
from periods
