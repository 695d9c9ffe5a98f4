-- Which operators the source has said something new of since it was last read.
-- Grain: one row per operator.
-- Units: blocks; :since is a UTC instant as the loader writes them.

with

written as (
    select operator_id from operator_registered_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from delegation_approver_updated_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_metadata_update_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_share_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from staker_delegation_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from staker_force_undelegated_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_shares_slashed_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from allocation_delay_set_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from allocation_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from encumbered_magnitude_updated_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from max_magnitude_updated_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_slashed_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_added_to_operator_set_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_removed_from_operator_set_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_avs_registration_status_updated_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_avs_split_bips_set_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_pi_split_bips_set_events where created_at >= :since or updated_at >= :since
    union all
    select operator_id from operator_set_split_bips_set_events where created_at >= :since or updated_at >= :since
),

-- a pending allocation comes into force with no event of its own
matured as (
    select operator_id
    from allocation_events
    where effect_block > :after_block and effect_block <= :until_block
)

select operator_id::text
from (
    select operator_id from written
    union
    select operator_id from matured
) as affected
order by operator_id
