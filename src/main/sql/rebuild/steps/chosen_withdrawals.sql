-- Withdrawals that were queued from the operators.
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
    delegated_to_id in (select unnest(:operators))
    and event_type = 'QUEUED'
    and block_number <= :until_block
