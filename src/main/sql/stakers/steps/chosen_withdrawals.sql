-- Withdrawals that stakers queued while they had no operator.
-- Grain: one row per withdrawal.
-- Units: shares in base units, blocks, unix seconds.

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
