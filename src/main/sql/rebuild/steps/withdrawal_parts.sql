-- The parts of withdrawals, and the last block at which a slash counts for each.
-- Grain: one row per withdrawal and place of the strategy in it.
-- Units: shares in base units of the strategy's token.

-- slashes count until the delay is over
select
    withdrawals.operator_id,
    withdrawals.withdrawal_root,
    withdrawals.staker_id,
    withdrawals.block_number,
    withdrawals.log_index,
    withdrawals.completed_block,
    withdrawals.completed_log_index,
    least(
        withdrawals.completed_block, withdrawals.start_block + :withdrawal_delay, :until_block
    ) as last_slashable_block,
    part.strategy_id,
    part.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' as is_native_eth,
    part.shares,
    part.scaled_shares,
    part.place
from withdrawals
cross join lateral unnest(
    withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
) with ordinality as part (strategy_id, shares, scaled_shares, place)
