-- What stakers deposited and did not queue for withdrawal, and the factors of what they can withdraw of it.
-- Grain: one row per staker and strategy with deposits, withdrawals, pod shares or a scaling factor.
-- Units: shares in base units of the strategy's token, native ETH in wei; factors in wads.

with

scaling_factors as (
    select
        staker_id,
        strategy_id,
        coalesce(nullif(new_deposit_scaling_factor, 0), 1e18)::numeric as factor,
        block_number,
        log_index,
        transaction_hash
    from deposit_scaling_factor_updated_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
),

deposited as (
    select staker_id, strategy_id, shares, block_number, log_index
    from deposit_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
),

withdrawn as (
    select
        withdrawals.staker_id,
        withdrawals.delegated_to_id,
        withdrawals.block_number,
        withdrawals.log_index,
        withdrawals.transaction_hash,
        part.strategy_id,
        part.shares,
        part.scaled_shares
    from withdrawal_events as withdrawals
    cross join lateral unnest(
        withdrawals.strategies, withdrawals.shares, withdrawals.scaled_shares
    ) as part (strategy_id, shares, scaled_shares)
    where
        withdrawals.staker_id in (select unnest(:stakers))
        and withdrawals.event_type = 'QUEUED'
        and withdrawals.block_number <= :until_block
),

-- withdrawals that were queued before the release M2; those that M2 migrated are among the others
first_withdrawals as (
    select queued.staker_id, queued.strategy_id, queued.shares::numeric as shares, queued.block_number, queued.log_index
    from share_withdrawal_queued_events as queued
    where
        queued.staker_id in (select unnest(:stakers))
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
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        factor,
        null::text as delegated_to_id,
        null::numeric as shares,
        null::numeric as scaled_shares
    from scaling_factors
    union all
    select
        staker_id,
        strategy_id,
        block_number,
        log_index,
        transaction_hash,
        null,
        delegated_to_id,
        shares,
        scaled_shares
    from withdrawn
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
        delegated_to_id,
        shares,
        scaled_shares,
        factor is null as is_withdrawal,
        min(factor) over same_number as factor,
        min(log_index) filter (where factor is not null) over same_number as factor_log_index,
        min(transaction_hash) filter (where factor is not null) over same_number
            as factor_transaction_hash
    from numbered_rows
    window same_number as (partition by staker_id, strategy_id, factor_number)
),

-- the first slash that each operator of a withdrawal without scaled shares had
first_slashes as (
    select distinct on (operator_id, strategy_id) operator_id, strategy_id, block_number, log_index
    from max_magnitude_updated_events
    where operator_id in (select delegated_to_id from withdrawn where scaled_shares is null)
    order by operator_id, strategy_id, block_number, log_index
),

-- a withdrawal of everything may reset the factor first: in its transaction, and neither for a
-- deposit, which comes right before, nor for a delegation, whose shares come right after
scaled as (
    select
        withdrawal.staker_id,
        withdrawal.strategy_id,
        withdrawal.block_number,
        withdrawal.log_index,
        withdrawal.shares,
        withdrawal.scaled_shares,
        coalesce(withdrawal.factor, 1e18) as scaling_factor,
        coalesce(
            (first_slash.block_number, first_slash.log_index)
            < (withdrawal.block_number, withdrawal.log_index),
            false
        ) as is_slashed,
        coalesce(
            withdrawal.factor_transaction_hash = withdrawal.transaction_hash
            and withdrawal.factor = 1e18
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
            ),
            false
        ) as is_everything
    from rows_then as withdrawal
    left join first_slashes as first_slash
        on
            first_slash.operator_id = withdrawal.delegated_to_id
            and first_slash.strategy_id = withdrawal.strategy_id
    where withdrawal.is_withdrawal
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
    from scaled
    union all
    select staker_id, strategy_id, block_number, log_index, false, shares
    from deposited
    union all
    select staker_id, strategy_id, block_number, log_index, false, -shares
    from first_withdrawals
),

since_everything as (
    select
        changes.*,
        max(case when is_everything then array [block_number, log_index] end) over (
            partition by staker_id, strategy_id
        ) as last_everything
    from changes
),

running as (
    select
        staker_id,
        strategy_id,
        change,
        sum(change) over (
            partition by staker_id, strategy_id order by block_number, log_index
        ) as shares
    from since_everything
    where last_everything is null or array [block_number, log_index] > last_everything
),

sums as (
    select
        staker_id,
        strategy_id,
        sum(change) as shares,
        bool_and(change is not null) as is_known,
        min(shares) >= 0 as is_whole
    from running
    group by staker_id, strategy_id
),

pod_updates as (
    select
        pod_owner_id as staker_id,
        update_type,
        shares_delta,
        new_total_shares,
        block_number,
        log_index
    from pod_shares_update_events
    where pod_owner_id in (select unnest(:stakers)) and block_number <= :until_block
),

native_changes as (
    select staker_id, sum(change) as shares, bool_and(change is not null) as is_known
    from changes
    where strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
    group by staker_id
),

-- the first releases report changes only
pods as (
    select
        staker_id,
        coalesce(
            (
                array_agg(new_total_shares order by block_number desc, log_index desc)
                filter (where update_type = 'NEW_TOTAL_SHARES')
            )[1],
            sum(shares_delta) filter (where update_type = 'SHARES_UPDATED')
            + case when bool_and(native_changes.is_known) is not false then coalesce(min(native_changes.shares), 0) end
        ) as shares
    from pod_updates
    left join native_changes using (staker_id)
    group by staker_id
),

deployed as (
    select distinct owner_id as staker_id
    from pod_deployed_events
    where owner_id in (select unnest(:stakers)) and block_number <= :until_block
),

beacon_chain as (
    select distinct on (staker_id) staker_id, new_beacon_chain_slashing_factor::numeric as factor
    from beacon_chain_slashing_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
    order by staker_id, block_number desc, log_index desc
),

-- a source may lack these tables
sources as (
    select
        has_table_privilege(to_regclass('beacon_chain_slashing_events'), 'select') is true
            as has_beacon_chain,
        has_table_privilege(to_regclass('pod_shares_update_events'), 'select') is true as has_pods
),

changed as (
    select distinct staker_id, strategy_id from changes
),

held as (
    select staker_id, strategy_id from changed
    union
    select staker_id, strategy_id from scaling_factors
    union
    select staker_id, '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' from pod_updates
    union
    select staker_id, '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' from deployed
),

judged as (
    select
        held.staker_id,
        held.strategy_id,
        held.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' as is_native_eth,
        sums.shares,
        pods.shares as pod_shares,
        case
            when held.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
                then case
                    when
                        sources.has_pods
                        and (
                            pods.shares is not null
                            -- a new pod is empty
                            or (deployed.staker_id is not null and sums.staker_id is null)
                        )
                        then 'KNOWN'
                    else 'UNKNOWN_POD_SHARES'
                end
            when not sums.is_known then 'UNKNOWN_SCALED_SHARES'
            -- a factor without a deposit: the history lacks the deposit
            when changed.staker_id is null then 'PARTIAL_HISTORY'
            when not sums.is_whole then 'PARTIAL_HISTORY'
            else 'KNOWN'
        end as status,
        sources.has_beacon_chain
    from held
    cross join sources
    left join sums using (staker_id, strategy_id)
    left join pods using (staker_id)
    left join deployed using (staker_id)
    left join changed using (staker_id, strategy_id)
),

newest_factors as (
    select distinct on (staker_id, strategy_id) staker_id, strategy_id, factor
    from scaling_factors
    order by staker_id, strategy_id, block_number desc, log_index desc
)

select
    staker_id::text,
    strategy_id::text,
    (case
        when judged.status = 'KNOWN'
            then coalesce(case when is_native_eth then pod_shares else shares end, 0)
    end)::numeric as deposit_shares,
    judged.status::text as deposit_shares_status,
    coalesce(newest_factors.factor, 1e18)::numeric as deposit_scaling_factor,
    (case
        when is_native_eth and has_beacon_chain then coalesce(beacon_chain.factor, 1e18)
    end)::numeric as beacon_chain_factor
from judged
left join beacon_chain using (staker_id)
left join newest_factors using (staker_id, strategy_id)
