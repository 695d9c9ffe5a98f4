-- Which operators changed between two blocks, by what was said or by what took effect.
-- Grain: one row per operator.
-- Units: blocks, instants.

with

written as (
    select operator_id from operator_event_logs
    where block_number > :after_block and block_number <= :until_block
),

changed_sets as (
    select distinct operator_set_id
    from operator_set_event_logs
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
),

-- what was announced takes effect with no event of its own
matured as (
    select operator_id from allocation_events
    where effect_block > :after_block and effect_block <= :until_block
    union all
    select operator_id from allocation_delay_set_events
    where effect_block > :after_block and effect_block <= :until_block
    union all
    -- the last block in which whoever left can be slashed
    select operator_id from operator_removed_from_operator_set_events
    where
        block_number >= :after_block - :deallocation_delay
        and block_number < :until_block - :deallocation_delay
    union all
    select operator_id from operator_pi_split_bips_set_events
    where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
    union all
    select operator_id from operator_avs_split_bips_set_events
    where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
    union all
    select operator_id from operator_set_split_bips_set_events
    where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
)

select operator_id::text
from (
    select operator_id from written
    union
    select operator_id from touched
    union
    select operator_id from matured
) as affected
where operator_id is not null
order by operator_id
