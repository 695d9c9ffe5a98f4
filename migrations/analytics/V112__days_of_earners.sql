-- An earner's days are found by the key, one look per day: a second index cost as much to write as the rows.

drop index earner_daily_rewards_earner_token_idx;

create or replace view earner_rewards as
with
days as (
    select day::date as snapshot_date
    from generate_series(
        (select min(snapshot_date)::timestamp from earner_daily_rewards),
        (select max(snapshot_date)::timestamp from earner_daily_rewards),
        interval '1 day'
    ) as series (day)
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
    join earner_daily_rewards using (snapshot_date)
    union all
    select earner, token, (month + interval '1 month')::date - 1, amount, usd, unpriced_days, 0, 0
    from earner_monthly_rewards
    union all
    select earner, token, null, 0, null, 0, amount, 0
    from rewards_claims
    union all
    select earner, token, null, 0, null, 0, 0, cumulative_amount
    from published_rewards
    where until_date = (select until_date from active_distribution_root)
),
computed as (
    select
        earner,
        token,
        sum(amount) as computed,
        coalesce(
            sum(amount) filter (where snapshot_date < (select until_date from active_distribution_root)), 0
        ) as computed_active,
        sum(published) as published,
        exists (
            select from published_rewards
            where until_date = (select until_date from active_distribution_root)
        ) as is_published,
        sum(claimed) as claimed,
        sum(usd) as earned_usd,
        sum(unpriced_days) as unpriced_days,
        count(snapshot_date) as days,
        (
            select price_usd / power(10::numeric, token_metadata.decimals)
            from token_prices
            join token_metadata on token_metadata.token = token_prices.token
            where token_prices.token = amounts.token
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
        when sums.earned_usd is null then 'MISSING_PRICE'
        when sums.unpriced_days > 0 then 'PARTIAL'
        else 'COMPLETE'
    end as earned_usd_status,
    round(greatest(sums.active - sums.claimed, 0) * sums.usd_per_unit, 18) as claimable_usd,
    case
        when sums.usd_per_unit is not null then 'COMPLETE'
        when token_metadata.decimals is null then 'MISSING_DECIMALS'
        else 'MISSING_PRICE'
    end as claimable_usd_status,
    case
        when sums.earned > sums.active then (
            select min(activates_at)
            from distribution_roots
            where disabled_block is null and activates_at > (select max(safe_at) from pipeline_checkpoints)
        )
    end as next_claimable_at,
    case
        when sums.earned <= sums.active then 'ALL_ACTIVE'
        when not exists (
            select from distribution_roots
            where disabled_block is null and activates_at > (select max(safe_at) from pipeline_checkpoints)
        )
            then 'NO_ROOT_WAITS'
    end as next_claimable_reason
from sums
left join token_metadata using (token);
