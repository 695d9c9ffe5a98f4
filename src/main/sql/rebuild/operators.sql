-- Operators, their registration, and whether anyone may delegate to them.
-- Grain: one row per operator that any event names.
-- Units: instants.

with

asked as (
    select unnest(:operators) as operator_id
),

lives as (
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_event_logs
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
),

-- many operators registered before the source began; their first event replaces the registration
registrations as (
    select operator_id, min(block_timestamp) as registered
    from operator_registered_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
),

approver_rows as (
    select operator_id, delegation_approver, block_number, log_index
    from operator_registered_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    union all
    select operator_id, new_delegation_approver, block_number, log_index
    from delegation_approver_updated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
),

latest_approver as (
    select distinct on (operator_id) operator_id, delegation_approver
    from approver_rows
    order by operator_id, block_number desc, log_index desc
),

latest_metadata as (
    select distinct on (operator_id) operator_id, metadata_uri
    from operator_metadata_update_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    order by operator_id, block_number desc, log_index desc
)

select
    lives.operator_id::text,
    to_timestamp(coalesce(registrations.registered, lives.first_seen))::timestamptz as registered_at,
    (registrations.registered is null)::boolean as is_registration_inferred,
    latest_approver.delegation_approver::text,
    (latest_approver.delegation_approver <> '0x0000000000000000000000000000000000000000')::boolean
        as is_permissioned,
    latest_metadata.metadata_uri::text,
    to_timestamp(lives.first_seen)::timestamptz as first_activity_at,
    to_timestamp(lives.last_seen)::timestamptz as last_activity_at
from lives
left join registrations using (operator_id)
left join latest_approver using (operator_id)
left join latest_metadata using (operator_id)
