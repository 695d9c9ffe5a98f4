-- What deposits and queued withdrawals of the chosen stakers changed of their deposit shares.
-- Grain: one row per deposit and per strategy of a queued withdrawal.
-- Units: shares in base units of the strategy's token, null when they are not known.
-- is_after_everything: the change came after the last withdrawal of everything, or there was none.

with

deposited as (
    select staker_id, strategy_id, shares, block_number, log_index
    from deposit_events
    where staker_id in (select staker_id from chosen_stakers) and block_number <= :until_block
),

-- a scaled share is one deposit share or less of it, so one deposit gives each amount; without
-- scaled shares the amount is known while no slash came before
changes as (
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        is_everything,
        -case
            when scaled_shares is not null
                then div(scaled_shares * 1e18 + scaling_factor - 1, scaling_factor)
            when scaling_factor = 1e18 and not is_slashed then shares
        end as change
    from scaled_withdrawals
    union all
    select staker_id, strategy_id, block_number, log_index, false, shares
    from deposited
    union all
    select staker_id, strategy_id, block_number, log_index, false, -shares
    from first_release_withdrawals
)

select
    staker_id,
    strategy_id,
    block_number,
    log_index,
    change,
    (array [block_number, log_index] > last_everything) is not false as is_after_everything
from (
    select
        changes.*,
        max(case when is_everything then array [block_number, log_index] end) over (
            partition by staker_id, strategy_id
        ) as last_everything
    from changes
) as changes_then
