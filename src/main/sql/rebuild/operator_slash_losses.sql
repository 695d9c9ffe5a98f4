-- What each slash took of each delegator: of the shares that it held and of those that it had in the withdrawal queue.
-- Grain: one row per slash that lowered a maximum, strategy and staker that held or withdrew shares then.
-- Units: shares in base units of the strategy's token, null when they cannot be known; magnitudes in wads.

select
    operator_id::text,
    transaction_hash::text,
    log_index::bigint,
    strategy_id::text,
    staker_id::text,
    (case when held.operator_id is null then 0 else held.shares_before end)::numeric
        as shares_before,
    (
        case
            when held.operator_id is null then 0
            else held.shares_before - held.shares_after
        end
    )::numeric as shares_lost,
    (case when queued.operator_id is null then 0 else queued.queued_before end)::numeric
        as queued_before,
    (
        case when queued.operator_id is null then 0 else queued.queued_before - queued.queued_after end
    )::numeric as queued_lost
from held_at_slashes as held
full outer join queued_at_slashes as queued
    using (operator_id, transaction_hash, log_index, strategy_id, staker_id)
