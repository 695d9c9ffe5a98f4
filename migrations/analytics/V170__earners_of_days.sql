-- Contracts: unused since release 0, as none was made yet.
-- Days of earners, in one row for all tokens: half the bytes of a row per token, and a seventh of the time to write.

create table earner_days (
    snapshot_date date not null,
    earner text not null,
    tokens text [] not null,
    amounts numeric [] not null,
    primary key (snapshot_date, earner)
);
comment on table earner_days is 'What was added to the cumulative amounts of an earner at the end of a day, for days that are not summed yet (earner_summed_months).';
comment on column earner_days.tokens is 'addresses';
comment on column earner_days.amounts is 'base units of the token at the same place in tokens';

insert into earner_days
select snapshot_date, earner, array_agg(token order by token), array_agg(amount order by token)
from earner_daily_rewards
group by snapshot_date, earner
order by snapshot_date, earner;

create table earner_summed_months (
    month date primary key,
    until_date date not null
);
comment on table earner_summed_months is 'Which days earner_monthly_rewards holds the sums of.';
comment on column earner_summed_months.month is 'first UTC day of the month';
comment on column earner_summed_months.until_date is 'first UTC day that is not in the sums; the next month when all of the month is';
comment on table earner_monthly_rewards is 'Sums over the first days of a month, until earner_summed_months.until_date; the rows of these days are deleted.';

insert into earner_summed_months
select distinct month, (month + interval '1 month')::date
from earner_monthly_rewards;

drop view earner_rewards;
drop table earner_daily_rewards;

create view earner_daily_rewards as
select snapshot_date, earner, token, amount
from earner_days
cross join lateral unnest(tokens, amounts) as parts (token, amount);
comment on view earner_daily_rewards is 'The rows of earner_days by token.';

create view earner_rewards as
with
days as (
    select day::date as snapshot_date
    from generate_series(
        (select min(snapshot_date)::timestamp from earner_days),
        (select max(snapshot_date)::timestamp from earner_days),
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
    join earner_days using (snapshot_date)
    cross join lateral unnest(tokens, amounts) as parts (token, amount)
    union all
    select sums.earner, sums.token, summed.until_date - 1, sums.amount, sums.usd, sums.unpriced_days, 0, 0
    from earner_monthly_rewards as sums
    join earner_summed_months as summed using (month)
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
