-- The chosen withdrawals, with the log that completed each.
-- Grain: one row per withdrawal.
-- Units: shares in base units, blocks, unix seconds.

with

-- a completion names only the root
completions as (
    select distinct on (withdrawal_root)
        withdrawal_root,
        block_number as completed_block,
        log_index as completed_log_index,
        block_timestamp as completion_time
    from withdrawal_events
    where
        event_type = 'COMPLETED'
        and block_number <= :until_block
        and withdrawal_root in (select withdrawal_root from chosen_withdrawals)
    order by withdrawal_root, block_number, log_index
)

select
    queued.delegated_to_id as operator_id,
    queued.withdrawal_root,
    queued.staker_id,
    queued.withdrawer,
    queued.nonce,
    queued.start_block,
    queued.strategies,
    queued.shares,
    queued.scaled_shares,
    queued.block_number,
    queued.log_index,
    queued.block_timestamp,
    completions.completed_block,
    completions.completed_log_index,
    completions.completion_time
from chosen_withdrawals as queued
left join completions using (withdrawal_root)
