-- Deposits times scaling factor of delegators, where the operator or the beacon chain was slashed.
-- Grain: one row per operator, staker and strategy with share events, while the staker is delegated.
-- Units: shares in base units of the strategy's token, factors in wads.

with

slashed as (
    select distinct operator_id, strategy_id
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

native_holders as (
    select distinct operator_id, staker_id, strategy_id
    from delegator_deltas
    where strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
),

beacon_chain as (
    select distinct on (staker_id) staker_id, new_beacon_chain_slashing_factor::numeric as factor
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from native_holders) and block_number <= :until_block
    order by staker_id, block_number desc, log_index desc
),

holders as (
    select operator_id, staker_id, strategy_id
    from (
        select operator_id, staker_id, strategy_id
        from delegator_deltas
        join slashed using (operator_id, strategy_id)
        union
        select operator_id, staker_id, strategy_id
        from native_holders
        join beacon_chain using (staker_id)
    ) as known
    where not exists (
        select from delegation_periods as period
        where
            period.operator_id = known.operator_id
            and period.staker_id = known.staker_id
            and period.until_day = 2147483647
            and not period.is_delegated
    )
),

holdings as (
    select distinct staker_id, strategy_id from holders
),

factors as (
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        new_deposit_scaling_factor::numeric as factor
    from deposit_scaling_factor_updated_events
    join holdings using (staker_id, strategy_id)
    where block_number <= :until_block
),

withdrawals as (
    select
        queued.staker_id,
        part.strategy_id,
        part.scaled_shares,
        queued.block_number,
        queued.log_index,
        queued.transaction_hash
    from withdrawal_events as queued
    cross join lateral unnest(queued.strategies, queued.scaled_shares) as part (strategy_id, scaled_shares)
    join holdings
        on holdings.staker_id = queued.staker_id and holdings.strategy_id = part.strategy_id
    where
        queued.event_type = 'QUEUED'
        and queued.block_number <= :until_block
        and queued.staker_id in (select staker_id from holdings)
),

-- withdrawals that were queued before the release M2; those that M2 migrated are among the others
first_withdrawals as (
    select queued.staker_id, queued.strategy_id, queued.shares::numeric as shares, queued.block_number, queued.log_index
    from share_withdrawal_queued_events as queued
    where
        queued.staker_id in (select staker_id from holdings)
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
),

chain_rows as (
    select staker_id, strategy_id, block_number, log_index, transaction_hash, factor, null::numeric as scaled_shares
    from factors
    union all
    select staker_id, strategy_id, block_number, log_index, transaction_hash, null, scaled_shares
    from withdrawals
),

numbered_rows as (
    select
        chain_rows.*,
        count(factor) over (
            partition by staker_id, strategy_id order by block_number, log_index
        ) as factor_number
    from chain_rows
),

-- a withdrawal and the factor before it, which is in force, have the same number
rows_then as (
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        scaled_shares,
        factor is null as is_withdrawal,
        min(factor) over same_number as factor,
        min(log_index) filter (where factor is not null) over same_number as factor_log_index,
        min(transaction_hash) filter (where factor is not null) over same_number
            as factor_transaction_hash
    from numbered_rows
    window same_number as (partition by staker_id, strategy_id, factor_number)
),

-- who withdraws everything gets the first scaling factor again just before, and holds nothing then; the factor of a
-- deposit follows the deposit, and that of a delegation precedes the increase of shares
emptied as (
    select
        withdrawal.*,
        coalesce(
            withdrawal.factor_transaction_hash = withdrawal.transaction_hash
            and withdrawal.factor in (0, 1e18),
            false
        )
        and not exists (
            select from deposit_events as deposit
            where
                deposit.id = withdrawal.transaction_hash || '-' || (withdrawal.factor_log_index - 1)::text
                and deposit.staker_id = withdrawal.staker_id
                and deposit.strategy_id = withdrawal.strategy_id
        )
        and not exists (
            select from operator_share_events as increase
            where
                increase.id = withdrawal.transaction_hash || '-' || (withdrawal.factor_log_index + 1)::text
                and increase.event_type = 'INCREASED'
                and increase.staker_id = withdrawal.staker_id
                and increase.strategy_id = withdrawal.strategy_id
        ) as is_all
    from rows_then as withdrawal
    where withdrawal.is_withdrawal
),

last_emptied as (
    select distinct on (staker_id, strategy_id) staker_id, strategy_id, block_number, log_index
    from emptied
    where is_all
    order by staker_id, strategy_id, block_number desc, log_index desc
),

-- the factor is 10^18 or more, so that scaled shares tell the deposit shares that left
moves as (
    select staker_id, strategy_id, block_number, log_index, shares::numeric as shares
    from deposit_events
    join holdings using (staker_id, strategy_id)
    where block_number <= :until_block
    union all
    select staker_id, strategy_id, block_number, log_index, -shares
    from first_withdrawals
    join holdings using (staker_id, strategy_id)
    union all
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        -div(scaled_shares * 1e18 + factor_then.factor - 1, factor_then.factor)
    from emptied
    cross join lateral (select coalesce(nullif(emptied.factor, 0), 1e18) as factor) as factor_then
    where not is_all
),

pods as (
    select distinct on (pod_owner_id) pod_owner_id, new_total_shares::numeric as shares
    from pod_shares_update_events
    where
        update_type = 'NEW_TOTAL_SHARES'
        and pod_owner_id in (select staker_id from native_holders)
        and block_number <= :until_block
    order by pod_owner_id, block_number desc, log_index desc
),

deposits as (
    select
        moves.staker_id,
        moves.strategy_id,
        case when count(*) = count(moves.shares) then sum(moves.shares) end as shares
    from moves
    left join last_emptied using (staker_id, strategy_id)
    where
        moves.strategy_id <> '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
        and (
            last_emptied.block_number is null
            or (moves.block_number, moves.log_index) > (last_emptied.block_number, last_emptied.log_index)
        )
    group by moves.staker_id, moves.strategy_id
    union all
    select pod_owner_id, '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0', shares from pods
),

newest_factors as (
    select distinct on (staker_id, strategy_id) staker_id, strategy_id, factor
    from factors
    order by staker_id, strategy_id, block_number desc, log_index desc
)

select
    holders.operator_id::text,
    staker_id::text,
    strategy_id::text,
    div(deposits.shares * coalesce(nullif(newest_factors.factor, 0), 1e18), 1e18)::numeric
        as scaled_shares,
    (case
        when strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
            then coalesce(beacon_chain.factor, 1e18)
        else 1e18
    end)::numeric as beacon_chain_factor
from holders
join deposits using (staker_id, strategy_id)
left join newest_factors using (staker_id, strategy_id)
left join beacon_chain using (staker_id)
where deposits.shares > 0
