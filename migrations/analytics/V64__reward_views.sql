-- What earners have and a staker's days, computed from the stored days.

create table earner_monthly_rewards (
    earner text not null,
    token text not null,
    month date not null,
    amount numeric not null,
    usd numeric,
    unpriced_days integer not null,
    primary key (earner, token, month)
);
comment on table earner_monthly_rewards is 'Sums of earner_daily_rewards over months that are over and claimable; their days are deleted.';
comment on column earner_monthly_rewards.month is 'first UTC day of the month';
comment on column earner_monthly_rewards.amount is 'base units of the token';
comment on column earner_monthly_rewards.usd is 'USD by the prices of the days, the priced part; null when no day has a price';
comment on column earner_monthly_rewards.unpriced_days is 'days without a price';

create table published_rewards (
    until_date date not null,
    earner text not null,
    token text not null,
    cumulative_amount numeric not null,
    primary key (until_date, earner, token)
);
comment on table published_rewards is 'Imported claim amounts: what the tree of a root holds.';
comment on column published_rewards.until_date is 'first UTC day whose rewards are not in the tree';
comment on column published_rewards.cumulative_amount is 'base units of the token';
create index on published_rewards (earner, token);

-- USD for one base unit of a token by the last price within a day; null when the day has none
create function token_usd_of_day(token_address text, day date) returns numeric
language sql stable
return (
    select token_prices.price_usd / power(10::numeric, token_metadata.decimals)
    from token_prices
    join token_metadata on token_metadata.token = token_prices.token
    where
        token_prices.token = token_address
        and token_prices.at >= day::timestamp at time zone 'UTC'
        and token_prices.at < (day + 1)::timestamp at time zone 'UTC'
    order by token_prices.at desc
    limit 1
);

create view active_distribution_root as
select root_index, until_date
from distribution_roots
where
    disabled_block is null
    and activates_at <= (select max(safe_at) from pipeline_checkpoints)
order by root_index desc
limit 1;
comment on view active_distribution_root is 'The newest root by which earners can claim, at the block of the state.';

create view earner_rewards as
with
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
    from earner_daily_rewards
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
comment on view earner_rewards is 'What each operator, staker and AVS earned and claimed per token, at the block of the state.';

create view delegator_daily_rewards as
with
weights as (
    select
        holdings.staker_id,
        rewards.snapshot_date,
        rewards.reward_date,
        rewards.submission_hash,
        rewards.operator_id,
        rewards.token,
        rewards.exactness,
        rewards.approximate_reason,
        rewards.commission_bips,
        rewards.stakers_pool,
        rewards.total_weight,
        submissions.submission_kind in ('AVS', 'PI', 'ALL_STAKERS') as is_pooled,
        sum(
            case
                when submissions.submission_kind = 'UNIQUE_STAKE'
                    then holdings.shares
                    * coalesce(least(before.current_magnitude, after.current_magnitude), 0)
                    / nullif(coalesce(maximum.max_magnitude, 1e18), 0)
                    * (item ->> 'multiplier')::numeric
                else (item ->> 'multiplier')::numeric * holdings.shares
            end
        ) as weight
    from operator_delegator_share_history as holdings
    join operator_daily_rewards as rewards
        on
            rewards.operator_id = holdings.operator_id
            and rewards.reward_date >= holdings.from_date
            and (rewards.reward_date < holdings.until_date) is not false
    join rewards_submissions as submissions using (submission_hash)
    cross join jsonb_array_elements(submissions.strategies_and_multipliers) as items (item)
    left join operator_allocation_daily_snapshots as before
        on
            submissions.submission_kind = 'UNIQUE_STAKE'
            and before.operator_id = rewards.operator_id
            and before.operator_set_id = submissions.operator_set_id
            and before.strategy_id = holdings.strategy_id
            and before.snapshot_date = rewards.reward_date
    left join operator_allocation_daily_snapshots as after
        on
            after.operator_id = before.operator_id
            and after.operator_set_id = before.operator_set_id
            and after.strategy_id = before.strategy_id
            and after.snapshot_date = before.snapshot_date + 1
    left join operator_strategy_daily_snapshots as maximum
        on
            maximum.operator_id = before.operator_id
            and maximum.strategy_id = before.strategy_id
            and maximum.snapshot_date = before.snapshot_date + 1
    where
        lower(item ->> 'strategy') = holdings.strategy_id
        and holdings.shares > 0
        and rewards.total_weight > 0
        and (
            submissions.submission_kind <> 'OPERATOR_DIRECTED_SET'
            or exists (
                select from operator_set_strategy_history as periods
                where
                    periods.operator_set_id = submissions.operator_set_id
                    and periods.strategy_id = holdings.strategy_id
                    and (periods.added_at at time zone 'UTC')::date <= rewards.reward_date
                    and ((periods.removed_at at time zone 'UTC')::date > rewards.reward_date) is not false
            )
        )
    group by
        holdings.staker_id, rewards.snapshot_date, rewards.reward_date, rewards.submission_hash,
        rewards.operator_id, rewards.token, rewards.exactness, rewards.approximate_reason,
        rewards.commission_bips, rewards.stakers_pool, rewards.total_weight, submissions.submission_kind
),
pays as (
    select
        weights.*,
        floor(floor(weight / total_weight * 1000000000000000) / 1000000000000000 * stakers_pool) as pay
    from weights
    where weight > 0
)
select
    staker_id,
    snapshot_date,
    reward_date,
    submission_hash,
    operator_id,
    token,
    exactness,
    approximate_reason,
    case when is_pooled then pay - div(pay * coalesce(commission_bips, 0), 10000) else pay end as amount
from pays;
comment on view delegator_daily_rewards is 'What each submission paid a staker for a day, computed from the operator''s rows and the share history.';
