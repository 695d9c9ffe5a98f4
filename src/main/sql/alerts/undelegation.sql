-- Stake that a delegator queued for withdrawal from its operator, by undelegation or in part.
-- Grain: one row per operator, staker and block.
-- Units: base units, USD by the quotes of the day, else by the newest; percent of the TVS at the end of the day before,
-- else of the present TVS and what left.

with

queued as (
    select
        withdrawal.operator_id,
        withdrawal.staker_id,
        withdrawal.queued_block,
        withdrawal.queued_at,
        part.strategy_id,
        sum(part.shares) as shares
    from queued_withdrawals as withdrawal
    join queued_withdrawal_shares as part
        on part.operator_id = withdrawal.operator_id
        and part.withdrawal_root = withdrawal.withdrawal_root
    where
        withdrawal.operator_id in (select unnest(:operators))
        and withdrawal.queued_at > :from_time
        and part.shares > 0
    group by
        withdrawal.operator_id,
        withdrawal.staker_id,
        withdrawal.queued_block,
        withdrawal.queued_at,
        part.strategy_id
),

valued as (
    select
        queued.*,
        usd_value(
            queued.shares, coalesce(daily.usd_per_share_unit, newest.usd_per_share_unit)
        ) as usd
    from queued
    left join strategy_daily_quotes as daily
        on daily.strategy_id = queued.strategy_id
        and daily.snapshot_date = (queued.queued_at at time zone 'UTC')::date
    left join strategy_quotes as newest on newest.strategy_id = queued.strategy_id
),

departures as (
    select
        valued.operator_id,
        valued.staker_id,
        valued.queued_block,
        valued.queued_at,
        sum(valued.usd) as usd,
        count(*) filter (where valued.usd is null) as unpriced_count,
        jsonb_agg(
            jsonb_build_object(
                'strategy', valued.strategy_id, 'shares', valued.shares::text, 'usd', valued.usd::text
            )
            order by valued.strategy_id
        ) as strategies
    from valued
    group by valued.operator_id, valued.staker_id, valued.queued_block, valued.queued_at
),

compared as (
    select
        departures.*,
        case
            when before.total_tvs is not null then before.total_tvs
            else state.total_tvs + departures.usd
        end as tvs_before,
        case when before.total_tvs is not null then before.snapshot_date end as tvs_date
    from departures
    left join operator_current_state as state on state.operator_id = departures.operator_id
    left join lateral (
        select snapshot.total_tvs, snapshot.snapshot_date
        from operator_daily_snapshots as snapshot
        where
            snapshot.operator_id = departures.operator_id
            and snapshot.snapshot_date < (departures.queued_at at time zone 'UTC')::date
        order by snapshot.snapshot_date desc
        limit 1
    ) as before on true
)

select
    concat_ws('-', compared.operator_id, compared.staker_id, compared.queued_block)::text as fact_key,
    compared.operator_id::text,
    null::text as avs_id,
    compared.staker_id::text,
    compared.queued_block::bigint as block_number,
    compared.queued_at::timestamptz as happened_at,
    compared.usd::numeric,
    round(100 * compared.usd / nullif(compared.tvs_before, 0), 6)::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'isUndelegation',
        exists (
            select
            from operator_delegator_history as period
            where
                period.operator_id = compared.operator_id
                and period.staker_id = compared.staker_id
                and period.undelegated_block = compared.queued_block
        ),
        'usd', compared.usd::text,
        'unpricedStrategies', compared.unpriced_count,
        'tvsBeforeUsd', compared.tvs_before::text,
        'tvsBeforeDate', compared.tvs_date,
        'percentReason',
        case
            when compared.usd is null then 'UNPRICED'
            when compared.tvs_before is null then 'NO_TVS'
            when compared.tvs_before = 0 then 'NO_TVS'
        end,
        'strategies', compared.strategies
    ) as figures,
    null::text as detail,
    ('/delegators/' || compared.staker_id)::text as link
from compared
