-- Which operators changed between two blocks, by what was said or by what took effect.
-- Grain: one row per operator.
-- Units: blocks, instants.
-- The step matured_operators is the select of matured_operators.sql.

with

written as (
    select operator_id from operator_registered_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from delegation_approver_updated_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_metadata_update_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_share_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from staker_delegation_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from staker_force_undelegated_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_shares_slashed_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from allocation_delay_set_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from allocation_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from encumbered_magnitude_updated_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from max_magnitude_updated_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_slashed_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_added_to_operator_set_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_removed_from_operator_set_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_avs_registration_status_updated_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_avs_split_bips_set_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_pi_split_bips_set_events where block_number > :after_block and block_number <= :until_block
    union all
    select operator_id from operator_set_split_bips_set_events where block_number > :after_block and block_number <= :until_block
),

changed_sets as (
    select operator_set_id from strategy_operator_set_events
    where block_number > :after_block and block_number <= :until_block
    union
    select operator_set_id from redistribution_address_set_events
    where block_number > :after_block and block_number <= :until_block
),

-- rows that name no operator, and the operators that they touch
touched as (
    select operator_id from operator_added_to_operator_set_events join changed_sets using (operator_set_id)
    union all
    select operator_id from allocation_events join changed_sets using (operator_set_id)
    union all
    select id
    from operators
    where exists (
        select from default_operator_split_bips_set_events
        where block_number > :after_block and block_number <= :until_block
    )
)

select operator_id::text
from (
    select operator_id from written
    union
    select operator_id from touched
    union
    select operator_id from matured_operators
) as affected
where operator_id is not null
order by operator_id
