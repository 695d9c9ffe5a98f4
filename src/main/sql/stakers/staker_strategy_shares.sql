-- What stakers deposited and did not queue for withdrawal, and the factors of what they can withdraw of it.
-- Grain: one row per staker and strategy with deposits, withdrawals, pod shares or a scaling factor.
-- Units: shares in base units of the strategy's token, native ETH in wei; factors in wads.

with

running as (
    select
        staker_id,
        strategy_id,
        change,
        sum(change) over (
            partition by staker_id, strategy_id order by block_number, log_index
        ) as shares
    from deposit_changes
    where is_after_everything
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
    where pod_owner_id in (select staker_id from chosen_stakers) and block_number <= :until_block
),

native_changes as (
    select staker_id, sum(change) as shares, bool_and(change is not null) as is_known
    from deposit_changes
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
    where owner_id in (select staker_id from chosen_stakers) and block_number <= :until_block
),

beacon_chain as (
    select distinct on (staker_id) staker_id, new_beacon_chain_slashing_factor::numeric as factor
    from beacon_chain_slashing_events
    where staker_id in (select staker_id from chosen_stakers) and block_number <= :until_block
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
    select distinct staker_id, strategy_id from deposit_changes
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
