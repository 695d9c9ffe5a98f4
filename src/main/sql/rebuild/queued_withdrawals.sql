-- Withdrawals; their shares left the operator when they were queued.
-- Grain: one row per operator and withdrawal, pending or completed.
-- Units: blocks, instants.

with

-- completable when the block is past start_block + delay; releases before slashing had shorter delays
delays as (
    select
        withdrawal_root,
        least(start_block + :withdrawal_delay + 1, completed_block) as completable_at_block
    from withdrawals
)

select
    withdrawals.operator_id::text,
    withdrawals.withdrawal_root::text,
    withdrawals.staker_id::text,
    withdrawals.withdrawer::text,
    withdrawals.nonce::numeric,
    withdrawals.start_block::bigint,
    withdrawals.block_number::bigint as queued_block,
    to_timestamp(withdrawals.block_timestamp)::timestamptz as queued_at,
    withdrawals.completed_block::bigint,
    to_timestamp(withdrawals.completion_time)::timestamptz as completed_at,
    delays.completable_at_block::bigint,
    to_timestamp(
        least(
            withdrawals.block_timestamp
            + (delays.completable_at_block - withdrawals.block_number) * :slot_seconds,
            withdrawals.completion_time
        )
    )::timestamptz as completable_at,
    (withdrawals.completed_block is distinct from delays.completable_at_block)::boolean
        as is_completable_at_estimated,
    (withdrawals.completed_block is null and delays.completable_at_block <= :until_block)::boolean
        as is_completable
from withdrawals
join delays using (withdrawal_root)
