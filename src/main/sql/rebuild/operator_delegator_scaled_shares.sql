-- Deposits times scaling factor of delegators, where the operator or the beacon chain was slashed.
-- Grain: one row per operator, staker and strategy with share events, while the staker is delegated.
-- Units: shares in base units of the strategy's token, factors in wads.

with

pods as (
    select distinct on (pod_owner_id) pod_owner_id, new_total_shares::numeric as shares
    from pod_shares_update_events
    where
        update_type = 'NEW_TOTAL_SHARES'
        and pod_owner_id in (select staker_id from chosen_stakers)
        and block_number <= :until_block
    order by pod_owner_id, block_number desc, log_index desc
),

deposits as (
    select staker_id, strategy_id, case when bool_and(change is not null) then sum(change) end as shares
    from deposit_changes
    where strategy_id <> '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' and is_after_everything
    group by staker_id, strategy_id
    union all
    select pod_owner_id, '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0', shares from pods
),

newest_factors as (
    select distinct on (staker_id, strategy_id) staker_id, strategy_id, factor
    from scaling_factors
    order by staker_id, strategy_id, block_number desc, log_index desc
),

beacon_chain as (
    select distinct on (staker_id) staker_id, new_beacon_chain_slashing_factor::numeric as factor
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from chosen_stakers) and block_number <= :until_block
    order by staker_id, block_number desc, log_index desc
)

select
    holders.operator_id::text,
    staker_id::text,
    strategy_id::text,
    div(deposits.shares * coalesce(newest_factors.factor, 1e18), 1e18)::numeric
        as scaled_shares,
    (case
        when strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
            then coalesce(beacon_chain.factor, 1e18)
        else 1e18
    end)::numeric as beacon_chain_factor
from slashed_holders as holders
join deposits using (staker_id, strategy_id)
left join newest_factors using (staker_id, strategy_id)
left join beacon_chain using (staker_id)
where deposits.shares > 0
