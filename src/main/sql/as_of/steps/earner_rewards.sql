-- What :operators, which are any earners, had earned and claimed at a block: the view earner_rewards as of it.
-- Grain: one row per earner and token.
-- Units: base units of the token, USD.
-- A day counts once it is over. Amounts come from the detail of days, because months are stored as sums.
-- = any: a condition with a select would not reach the rows below the sums of the view.

with

submitted as (
    select root_index, until_date, activates_at
    from distribution_roots
    where submitted_block <= :until_block and (disabled_block > :until_block) is not false
),

active_root as (
    select until_date
    from submitted
    where activates_at <= :chain_time
    order by root_index desc
    limit 1
),

paid as (
    select staker_id as earner, token, snapshot_date, amount
    from delegator_daily_rewards
    where staker_id = any(:operators)
    union all
    select operator_id, token, snapshot_date, operator_amount
    from operator_daily_rewards
    where operator_id = any(:operators)
    union all
    select submissions.avs_id, rewards.token, rewards.snapshot_date, rewards.refund_amount
    from operator_daily_rewards as rewards
    join rewards_submissions as submissions using (submission_hash)
    where submissions.avs_id = any(:operators) and rewards.refund_amount > 0
),

days as (
    select earner, token, snapshot_date, sum(amount) as amount
    from paid
    where
        amount > 0
        and snapshot_date < ((:chain_time + interval '1 second') at time zone 'UTC')::date
    group by earner, token, snapshot_date
),

amounts as (
    select
        earner,
        token,
        snapshot_date,
        amount,
        amount * token_usd_of_day(token, snapshot_date) as usd,
        (token_usd_of_day(token, snapshot_date) is null)::integer as unpriced_days,
        0::numeric as claimed,
        0::numeric as published
    from days
    union all
    select earner, token, null, 0, null, 0, amount, 0
    from rewards_claims
    where earner = any(:operators) and claimed_block <= :until_block
    union all
    select earner, token, null, 0, null, 0, 0, cumulative_amount
    from published_rewards
    where
        earner = any(:operators)
        and until_date = (select until_date from active_root)
),

computed as (
    select
        earner,
        token,
        sum(amount) as computed,
        coalesce(sum(amount) filter (where snapshot_date < (select until_date from active_root)), 0)
            as computed_active,
        sum(published) as published,
        exists (
            select from published_rewards where until_date = (select until_date from active_root)
        ) as is_published,
        sum(claimed) as claimed,
        sum(usd) as earned_usd,
        sum(unpriced_days) as unpriced_days,
        (
            select price_usd * ('1e-' || token_metadata.decimals)::numeric
            from token_prices
            join token_metadata on token_metadata.token = token_prices.token
            where token_prices.token = amounts.token and at <= :chain_time
            order by at desc
            limit 1
        ) as usd_per_unit
    from amounts
    group by earner, token
),

sums as (
    select
        *,
        case when is_published then published else computed_active end as active,
        greatest(computed, case when is_published then published else 0 end) as earned,
        case when is_published then 'PUBLISHED' else 'COMPUTED' end as active_source
    from computed
)

select
    sums.earner,
    sums.token,
    token_metadata.symbol,
    token_metadata.decimals,
    sums.earned,
    sums.active,
    sums.active_source,
    sums.claimed,
    greatest(sums.active - sums.claimed, 0) as claimable,
    sums.earned - sums.active as pending,
    round(sums.earned_usd, 18) as earned_usd,
    case
        when sums.earned = 0 then 'NO_REWARDS'
        when sums.earned_usd is null and token_metadata.decimals is null then 'MISSING_DECIMALS'
        when sums.computed = 0 then 'NO_COMPUTED_DAYS'
        when sums.earned_usd is null then 'MISSING_PRICE'
        when sums.unpriced_days > 0 or sums.earned > sums.computed then 'PARTIAL'
        else 'COMPLETE'
    end as earned_usd_status,
    round(greatest(sums.active - sums.claimed, 0) * sums.usd_per_unit, 18) as claimable_usd,
    case
        when sums.usd_per_unit is not null then 'COMPLETE'
        when token_metadata.decimals is null then 'MISSING_DECIMALS'
        else 'MISSING_PRICE'
    end as claimable_usd_status,
    case
        when sums.earned > sums.active
            then (select min(activates_at) from submitted where activates_at > :chain_time)
    end as next_claimable_at,
    case
        when sums.earned <= sums.active then 'ALL_ACTIVE'
        when not exists (select from submitted where activates_at > :chain_time) then 'NO_ROOT_WAITS'
    end as next_claimable_reason
from sums
left join token_metadata using (token)
