-- Deposit scaling factors of the chosen stakers.
-- Grain: one row per change of a staker's factor in a strategy.
-- Units: wads.

select
    staker_id,
    strategy_id,
    coalesce(nullif(new_deposit_scaling_factor, 0), 1e18)::numeric as factor,
    block_number,
    log_index,
    transaction_hash
from deposit_scaling_factor_updated_events
where staker_id in (select staker_id from chosen_stakers) and block_number <= :until_block
