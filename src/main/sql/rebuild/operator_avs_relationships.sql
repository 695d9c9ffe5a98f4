-- Which AVSs an operator serves or served, by the AVS directory or through operator sets.
-- Grain: one row per operator and AVS.
-- Units: instants.

with

directory_acts as (
    select
        operator_id,
        avs_id,
        status = 'REGISTERED' as is_registered,
        block_number,
        log_index,
        block_timestamp
    from operator_avs_registration_status_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

directory as (
    select distinct on (operator_id, avs_id)
        operator_id, avs_id, is_registered, block_timestamp as since
    from directory_acts
    order by operator_id, avs_id, block_number desc, log_index desc
),

set_acts as (
    select operator_id, operator_set_id, true as is_member, block_number, log_index, block_timestamp
    from operator_added_to_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select operator_id, operator_set_id, false, block_number, log_index, block_timestamp
    from operator_removed_from_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

memberships as (
    select distinct on (operator_id, operator_set_id)
        operator_id,
        split_part(operator_set_id, '-', 1) as avs_id,
        is_member,
        block_timestamp as since
    from set_acts
    order by operator_id, operator_set_id, block_number desc, log_index desc
),

sets as (
    select
        operator_id,
        avs_id,
        count(*) filter (where is_member) as operator_set_count,
        max(since) filter (where not is_member) as last_left
    from memberships
    group by operator_id, avs_id
),

joins as (
    select operator_id, avs_id, block_timestamp from directory_acts where is_registered
    union all
    select operator_id, split_part(operator_set_id, '-', 1), block_timestamp
    from set_acts
    where is_member
),

beginnings as (
    select operator_id, avs_id, min(block_timestamp) as registered
    from joins
    group by operator_id, avs_id
),

relationships as (
    select
        operator_id,
        avs_id,
        beginnings.registered,
        coalesce(directory.is_registered, false) as is_registered_with_directory,
        coalesce(sets.operator_set_count, 0) as operator_set_count,
        greatest(case when not directory.is_registered then directory.since end, sets.last_left)
            as last_left
    from beginnings
    left join directory using (operator_id, avs_id)
    left join sets using (operator_id, avs_id)
)

select
    operator_id::text,
    avs_id::text,
    (is_registered_with_directory or operator_set_count > 0)::boolean as is_registered,
    is_registered_with_directory::boolean,
    operator_set_count::integer,
    to_timestamp(registered)::timestamptz as registered_at,
    case
        when not is_registered_with_directory and operator_set_count = 0
            then to_timestamp(last_left)
    end::timestamptz as unregistered_at
from relationships
