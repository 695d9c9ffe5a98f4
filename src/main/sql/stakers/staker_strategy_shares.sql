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

-- a withdrawal of everything may reset the factor first: in its transaction, and neither for a
-- deposit, which comes right before, nor for a delegation, whose shares come right after
scaled as (
    select
        withdrawn.*,
        coalesce(before.factor, 1e18) as scaling_factor,
        coalesce(
            before.transaction_hash = withdrawn.transaction_hash
            and before.factor = 1e18
            and not exists (
                select from deposit_events as deposit
                where
                    deposit.id = before.transaction_hash || '-' || (before.log_index - 1)::text
                    and deposit.staker_id = withdrawn.staker_id
                    and deposit.strategy_id = withdrawn.strategy_id
            )
            and not exists (
                select from operator_share_events as increase
                where
                    increase.id = before.transaction_hash || '-' || (before.log_index + 1)::text
                    and increase.event_type = 'INCREASED'
                    and increase.staker_id = withdrawn.staker_id
                    and increase.strategy_id = withdrawn.strategy_id
            ),
            false
        ) as is_everything
    from withdrawn
    left join lateral (
        select factor, log_index, transaction_hash
        from scaling_factors
        where
            scaling_factors.staker_id = withdrawn.staker_id
            and scaling_factors.strategy_id = withdrawn.strategy_id
            and (scaling_factors.block_number, scaling_factors.log_index)
            < (withdrawn.block_number, withdrawn.log_index)
        order by scaling_factors.block_number desc, scaling_factors.log_index desc
        limit 1
    ) as before on true
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
            when
                scaling_factor = 1e18
                and not exists (
                    select from max_magnitude_updated_events as slashed
                    where
                        slashed.operator_id = scaled.delegated_to_id
                        and slashed.strategy_id = scaled.strategy_id
                        and (slashed.block_number, slashed.log_index)
                        < (scaled.block_number, scaled.log_index)
                )
                then shares
        end as change
    from scaled
    union all
    select staker_id, strategy_id, block_number, log_index, false, shares
    from deposited
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
            + (
                select case when count(*) = count(change) then coalesce(sum(change), 0) end
                from changes
                where
                    changes.staker_id = pod_updates.staker_id
                    and changes.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
            )
        ) as shares
    from pod_updates
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

held as (
    select staker_id, strategy_id from changes
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
            when not exists (
                select from changes
                where changes.staker_id = held.staker_id and changes.strategy_id = held.strategy_id
            )
                then 'PARTIAL_HISTORY'
            when not sums.is_whole then 'PARTIAL_HISTORY'
            else 'KNOWN'
        end as status,
        sources.has_beacon_chain
    from held
    cross join sources
    left join sums using (staker_id, strategy_id)
    left join pods using (staker_id)
    left join deployed using (staker_id)
)

select
    staker_id::text,
    strategy_id::text,
    (case
        when judged.status = 'KNOWN'
            then coalesce(case when is_native_eth then pod_shares else shares end, 0)
    end)::numeric as deposit_shares,
    judged.status::text as deposit_shares_status,
    coalesce((
        select scaling_factors.factor
        from scaling_factors
        where
            scaling_factors.staker_id = judged.staker_id
            and scaling_factors.strategy_id = judged.strategy_id
        order by scaling_factors.block_number desc, scaling_factors.log_index desc
        limit 1
    ), 1e18)::numeric as deposit_scaling_factor,
    (case
        when is_native_eth and has_beacon_chain then coalesce(beacon_chain.factor, 1e18)
    end)::numeric as beacon_chain_factor
from judged
left join beacon_chain using (staker_id)
