-- What is queued to leave an operator, and the part of it that can still be slashed.
-- Grain: one row per operator and strategy with queued withdrawals.
-- Units: shares in base units of the strategy's token, null when they cannot be known; counts.

with

queued as (
    select
        parts.operator_id,
        parts.strategy_id,
        count(*) as withdrawals,
        count(*) filter (where not withdrawals.is_completable) as slashable_withdrawals,
        case when bool_and(parts.current_shares is not null) then sum(parts.current_shares) end
            as shares,
        case
            when bool_and(parts.current_shares is not null)
                then coalesce(sum(parts.current_shares) filter (where withdrawals.is_completable), 0)
        end as completable_shares,
        case
            when bool_and(withdrawals.is_completable or parts.scaled_shares is not null)
                then coalesce(sum(parts.scaled_shares) filter (where not withdrawals.is_completable), 0)
        end as slashable_scaled_shares
    from queued_withdrawal_shares as parts
    join queued_withdrawals as withdrawals using (operator_id, withdrawal_root)
    where parts.operator_id in (select unnest(:operators)) and parts.is_queued
    group by parts.operator_id, parts.strategy_id
)

-- the contracts round the sum once, and leave out what the beacon chain took of native ETH
select
    queued.operator_id::text,
    queued.strategy_id::text,
    queued.withdrawals::integer as withdrawal_count,
    queued.slashable_withdrawals::integer as slashable_withdrawal_count,
    queued.shares::numeric,
    queued.completable_shares::numeric,
    div(
        queued.slashable_scaled_shares * coalesce(operator_strategy_magnitudes.max_magnitude, 1e18), 1e18
    )::numeric as slashable_shares
from queued
left join operator_strategy_magnitudes using (operator_id, strategy_id)
