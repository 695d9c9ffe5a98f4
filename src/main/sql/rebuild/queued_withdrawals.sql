-- Withdrawals; their shares left the operator when they were queued.
-- Grain: one row per operator and withdrawal, pending or completed.
-- Units: shares in base units, blocks, instants.

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
        block_number,
        block_timestamp
    from withdrawal_events
    where
        delegated_to_id in (select unnest(:operators))
        and event_type = 'QUEUED'
        and block_number <= :until_block
),

-- a completion names only the root
completions as (
    select withdrawal_root, min(block_number) as block_number, min(block_timestamp) as block_timestamp
    from withdrawal_events
    where
        event_type = 'COMPLETED'
        and block_number <= :until_block
        and withdrawal_root in (select withdrawal_root from queued)
    group by withdrawal_root
)

select
    queued.delegated_to_id::text as operator_id,
    queued.withdrawal_root::text,
    queued.staker_id::text,
    queued.withdrawer::text,
    queued.nonce::numeric,
    queued.start_block::bigint,
    queued.strategies::text [],
    queued.shares::numeric [],
    queued.block_number::bigint as queued_block,
    to_timestamp(queued.block_timestamp)::timestamptz as queued_at,
    completions.block_number::bigint as completed_block,
    to_timestamp(completions.block_timestamp)::timestamptz as completed_at
from queued
left join completions using (withdrawal_root)
