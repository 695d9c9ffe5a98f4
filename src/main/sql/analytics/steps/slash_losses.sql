-- The part of each operator's stake that slashes took, over all strategies.
-- Grain: one row per operator with shares or slashes.
-- Units: fraction, null when it cannot be known.

with

-- the parts that slashes leave multiply; a slash of 0 wads or of 0 shares took nothing
slashes as (
    select
        amounts.operator_id,
        amounts.strategy_id,
        product(1 - amounts.wad_slashed * 1e-18) as kept,
        case when bool_and(amounts.shares is not null) then sum(amounts.shares) end as lost_shares
    from operator_slashing_amounts as amounts
    join operator_slashing_incidents as incidents using (operator_id, transaction_hash, log_index)
    where
        incidents.slashed_at < (:day + 1)::timestamp at time zone 'UTC'
        and amounts.wad_slashed > 0
        and amounts.shares is distinct from 0
    group by amounts.operator_id, amounts.strategy_id
),

-- the operator's holding of a strategy and the shares that slashes took of it, at constant prices
stakes as (
    select
        operator_id,
        strategy_id,
        slashes.kept,
        case
            when slashes.strategy_id is null then held.shares
            when held.is_held is null then slashes.lost_shares
            else held.shares + slashes.lost_shares
        end * constant_prices.usd_per_share_unit as stake,
        held.is_held is null or held.shares is not null as is_known
    from (
        select operator_id, strategy_id, shares, true as is_held
        from operator_strategy_daily_snapshots
        where
            snapshot_date = :day
            and (shares > 0 or shares is null)
            and operator_id in (select operator_id from slashes)
    ) as held
    full outer join slashes using (operator_id, strategy_id)
    left join constant_prices using (strategy_id)
)

-- with one strategy the price does not matter; a strategy without a price is left out unless it was slashed
select
    operator_id,
    case
        when count(*) = 1 then round(max(1 - kept), 18)
        when bool_and(is_known and (kept is null or stake is not null))
            then ratio(sum((1 - kept) * stake), sum(stake))
    end as slash_loss
from stakes
group by operator_id
