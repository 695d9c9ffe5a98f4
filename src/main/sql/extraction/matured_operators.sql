-- Operators with an announcement that takes effect between two blocks without an event of its own.
-- Grain: one row per operator and announcement.
-- Units: blocks, instants.
-- affected_operators.sql and operators_between_blocks.sql read it as their first step.

select operator_id from allocation_events
where effect_block > :after_block and effect_block <= :until_block
union all
select operator_id from allocation_delay_set_events
where effect_block > :after_block and effect_block <= :until_block
union all
select operator_added_to_operator_set_events.operator_id
from operator_added_to_operator_set_events
join slasher_updated_events as slashers using (operator_set_id)
where slashers.effect_block > :after_block and slashers.effect_block <= :until_block
union all
-- the last block in which an operator that left can be slashed
select operator_id from operator_removed_from_operator_set_events
where
    block_number >= :after_block - :deallocation_delay
    and block_number < :until_block - :deallocation_delay
union all
-- the first block in which a withdrawal can be completed
select delegated_to_id from withdrawal_events
where
    event_type = 'QUEUED'
    and start_block >= :after_block - :withdrawal_delay
    and start_block < :until_block - :withdrawal_delay
    and delegated_to_id <> '0x0000000000000000000000000000000000000000'
union all
select operator_id from operator_pi_split_bips_set_events
where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
union all
select operator_id from operator_avs_split_bips_set_events
where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
union all
select operator_id from operator_set_split_bips_set_events
where activated_at > extract(epoch from :after_time) and activated_at <= extract(epoch from :chain_time)
