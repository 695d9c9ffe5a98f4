-- Withdrawals that stakers queued while they had no operator, with the log that completed each.
-- Grain: one row per withdrawal.
-- Units: shares in base units, blocks, unix seconds.

with

queued as (
    select
        delegated_to_id,
        withdrawal_root,
        staker_id,
        withdrawer,
        nonce,
        start_block,
        strategies,
        shares,
        scaled_shares,
        block_number,
        log_index,
        block_timestamp
    from withdrawal_events
    where
        staker_id in (select unnest(:stakers))
        and delegated_to_id = '0x0000000000000000000000000000000000000000'
        and event_type = 'QUEUED'
        and block_number <= :until_block
),

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
        and withdrawal_root in (select withdrawal_root from queued)
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
from queued
left join completions using (withdrawal_root)
