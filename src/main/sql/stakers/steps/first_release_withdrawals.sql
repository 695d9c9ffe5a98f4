-- Withdrawals of the chosen stakers that were queued before the release M2; those that M2 migrated are among the others.
-- Grain: one row per withdrawal and strategy.
-- Units: shares in base units of the strategy's token.

select queued.staker_id, queued.strategy_id, queued.shares::numeric as shares, queued.block_number, queued.log_index
from share_withdrawal_queued_events as queued
where
    queued.staker_id in (select staker_id from chosen_stakers)
    and queued.block_number <= :until_block
    -- this one was completed as shares, which no event says
    and queued.transaction_hash <> '0x62eb0d0865b2636c74ed146e2d161e39e42b09bac7f86b8905fc7a830935dc1e'
    and not exists (
        select
        from withdrawal_events as again
        join withdrawal_migrated_events as migrated
            on migrated.new_withdrawal_root = again.withdrawal_root
        where
            again.event_type = 'QUEUED'
            and again.staker_id = queued.staker_id
            and again.nonce = queued.nonce
    )
