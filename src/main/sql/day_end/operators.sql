-- Operators at the end of a day, their registration, and whether anyone might delegate to them.
-- Grain: one row per operator that any event had named by then.
-- Units: instants.

with

latest_approvers as (
    select distinct on (operator_id) operator_id, delegation_approver
    from operator_approver_history
    where operator_id in (select unnest(:operators)) and set_block <= :until_block
    order by operator_id, set_block desc, set_log_index desc
),

registrations as (
    select operator_id, registered_at
    from operator_registration
    where operator_id in (select unnest(:operators)) and registered_block <= :until_block
)

select
    operator_id::text,
    coalesce(registrations.registered_at, operators.first_activity_at)::timestamptz as registered_at,
    (registrations.registered_at is null)::boolean as is_registration_inferred,
    (latest_approvers.delegation_approver <> '0x0000000000000000000000000000000000000000')::boolean
        as is_permissioned,
    operators.first_activity_at::timestamptz,
    -- not known for days
    null::timestamptz as last_activity_at,
    -- today's
    operators.metadata_uri::text
from operators
left join latest_approvers using (operator_id)
left join registrations using (operator_id)
where
    operator_id in (select unnest(:operators))
    and operators.first_activity_at < (:day + 1)::timestamp at time zone 'UTC'
