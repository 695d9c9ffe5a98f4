-- Who the operators are, since when, and whether anyone may delegate to them.
-- Grain: one row per operator that any event names.
-- Units: instants.

with

asked as (
    select unnest(:operators) as operator_id
),

activity as (
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_registered_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from delegation_approver_updated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_metadata_update_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_share_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from staker_delegation_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from staker_force_undelegated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_shares_slashed_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from allocation_delay_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from allocation_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from encumbered_magnitude_updated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from max_magnitude_updated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_slashed_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_added_to_operator_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_removed_from_operator_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_avs_registration_status_updated_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_avs_split_bips_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_pi_split_bips_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
    union all
    select operator_id, min(block_timestamp) as first_seen, max(block_timestamp) as last_seen
    from operator_set_split_bips_set_events
    where operator_id in (select operator_id from asked) and block_number <= :until_block
    group by operator_id
),

lives as (
    select operator_id, min(first_seen) as first_seen, max(last_seen) as last_seen
    from activity
    group by operator_id
),

-- many operators registered before the source began: their first event stands in for it
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
