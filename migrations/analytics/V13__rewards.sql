-- Rewards: what was submitted, what it pays by day and to whom, what was claimed, and yields.

create table rewards_submissions (
    submission_hash text primary key,
    submission_kind text not null check (submission_kind in (
        'AVS', 'ALL_STAKERS', 'PI', 'OPERATOR_DIRECTED_AVS', 'OPERATOR_DIRECTED_SET', 'UNIQUE_STAKE', 'TOTAL_STAKE'
    )),
    avs_id text,
    operator_set_id text,
    submitter text not null,
    token text not null,
    amount numeric not null,
    start_date date not null,
    end_date date not null,
    submitted_block bigint not null,
    submitted_at timestamptz not null,
    strategies_and_multipliers jsonb not null,
    operator_rewards jsonb,
    description text,
    updated_at timestamptz not null,
    updated_at_block bigint not null
) with (fillfactor = 85);
comment on table rewards_submissions is 'Amounts that are paid to operators and stakers over days.';
comment on column rewards_submissions.submission_kind is 'PI: stakers of all operators that serve anything. OPERATOR_DIRECTED: an amount for each operator. UNIQUE_STAKE, TOTAL_STAKE: by allocated or by delegated stake in an operator set';
comment on column rewards_submissions.avs_id is 'null for PI and ALL_STAKERS';
comment on column rewards_submissions.operator_set_id is '<avs address>-<number>; null unless it pays an operator set';
comment on column rewards_submissions.amount is 'base units of the token, after the protocol fee, for all days';
comment on column rewards_submissions.start_date is 'first UTC day that it pays';
comment on column rewards_submissions.end_date is 'first UTC day that it pays no more';
comment on column rewards_submissions.strategies_and_multipliers is '[{"strategy": address, "multiplier": decimal text, wads}]';
comment on column rewards_submissions.operator_rewards is '[{"operator": address, "amount": decimal text, base units}]; null unless it is directed';
comment on column rewards_submissions.description is 'null unless it is directed';
create index on rewards_submissions (avs_id);
create index on rewards_submissions (start_date, end_date);

create table distribution_roots (
    root_index bigint primary key,
    root text not null,
    until_date date not null,
    submitted_block bigint not null,
    submitted_at timestamptz not null,
    activates_at timestamptz not null,
    disabled_block bigint,
    disabled_at timestamptz,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table distribution_roots is 'Roots of claim trees: which cumulative amounts earners can claim.';
comment on column distribution_roots.until_date is 'first UTC day whose rewards are not in the tree';
comment on column distribution_roots.activates_at is 'instant from which earners can claim';
comment on column distribution_roots.disabled_block is 'null unless it was disabled: nothing can be claimed by it since';

create table rewards_claims (
    transaction_hash text not null,
    log_index bigint not null,
    earner text not null,
    token text not null,
    amount numeric not null,
    claimer text not null,
    recipient text not null,
    root text not null,
    claimed_block bigint not null,
    claimed_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (transaction_hash, log_index)
);
comment on table rewards_claims is 'Claims of earned rewards.';
comment on column rewards_claims.amount is 'base units of the token';
comment on column rewards_claims.root is 'root of the claim tree';
create index on rewards_claims (earner, token);
create index on rewards_claims (claimed_block desc, log_index desc, transaction_hash);

create table rewards_claimers (
    earner text primary key,
    claimer text not null,
    set_at timestamptz not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table rewards_claimers is 'Who may claim for an earner that named someone; others claim for themselves.';

create table operator_daily_rewards (
    snapshot_date date not null,
    reward_date date not null,
    submission_hash text not null,
    operator_id text not null,
    token text not null,
    operator_amount numeric not null,
    stakers_amount numeric not null,
    refund_amount numeric not null,
    commission_bips integer,
    stakers_pool numeric not null,
    total_weight numeric,
    exactness text not null check (exactness in ('EXACT', 'APPROXIMATE')),
    approximate_reason text check (approximate_reason in (
        'RESTAKED_STRATEGIES_UNKNOWN', 'SHARES_UNKNOWN', 'SNAPSHOT_MISSING', 'UNDELEGATED_STAKERS_UNKNOWN',
        'OLD_NUMBER_FORMAT'
    )),
    primary key (snapshot_date, reward_date, submission_hash, operator_id)
);
comment on table operator_daily_rewards is 'What a submission paid for a day to an operator and to its stakers.';
comment on column operator_daily_rewards.snapshot_date is 'UTC day at whose end it was added to the earners'' cumulative amounts: reward_date, later when the submission came later';
comment on column operator_daily_rewards.reward_date is 'UTC day that it is paid for';
comment on column operator_daily_rewards.operator_id is 'empty for a refund of a whole day';
comment on column operator_daily_rewards.operator_amount is 'base units of the token';
comment on column operator_daily_rewards.stakers_amount is 'base units of the token, of all its stakers';
comment on column operator_daily_rewards.refund_amount is 'base units of the token, returned to the AVS';
comment on column operator_daily_rewards.commission_bips is 'bips that the operator keeps; null for submissions without an operator''s part and for refunds';
comment on column operator_daily_rewards.stakers_pool is 'base units of the token that stakers share by weight; for AVS and PI before the operators'' commission';
comment on column operator_daily_rewards.total_weight is 'sum of the weights of the stakers who share the pool; null when there are none';
comment on column operator_daily_rewards.approximate_reason is 'null when EXACT';
create index on operator_daily_rewards (operator_id, reward_date);
create index on operator_daily_rewards (submission_hash, reward_date);

create table earner_monthly_rewards (
    earner text not null,
    token text not null,
    month date not null,
    amount numeric not null,
    usd numeric,
    unpriced_days integer not null,
    primary key (earner, token, month)
);
comment on table earner_monthly_rewards is 'Sums over the first days of a month, until earner_summed_months.until_date; the rows of these days are deleted.';
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

create table operator_yields (
    window_days integer not null,
    kind text not null check (kind in ('AVS', 'PI', 'ALL')),
    strategy_id text not null,
    operator_id text not null,
    first_date date not null,
    last_date date not null,
    days integer not null,
    gross_usd numeric,
    net_usd numeric,
    mean_tvs_usd numeric,
    gross_yield numeric,
    net_yield numeric,
    reason text check (reason in ('MISSING_PRICE', 'TOO_FEW_DAYS')),
    usd_status text not null check (usd_status in ('COMPLETE', 'PARTIAL', 'MISSING_PRICE')),
    base_yield numeric,
    base_yield_reason text check (base_yield_reason in ('ALL_STRATEGIES', 'NO_RATE_HISTORY')),
    primary key (window_days, kind, strategy_id, operator_id)
);
comment on table operator_yields is 'Yearly yield of rewards over windows that end on the newest analysed day.';
comment on column operator_yields.window_days is 'days that the window asks for';
comment on column operator_yields.kind is 'AVS: submissions of AVSs; PI: programmatic incentives; ALL: both';
comment on column operator_yields.strategy_id is 'empty for all strategies';
comment on column operator_yields.operator_id is 'empty for all operators';
comment on column operator_yields.days is 'days of the window with a value';
comment on column operator_yields.gross_usd is 'USD of rewards of operators and stakers at the prices of the days; null when no part has a price';
comment on column operator_yields.net_usd is 'USD of rewards of stakers at the prices of the days; null when no part has a price';
comment on column operator_yields.mean_tvs_usd is 'USD, mean over the days; null when there are none';
comment on column operator_yields.gross_yield is 'simple, as a fraction of a year: gross_usd / (sum of daily TVS) * 365; null for the reason in reason';
comment on column operator_yields.net_yield is 'like gross_yield, of net_usd';
comment on column operator_yields.usd_status is 'whether all rewards have a price';
comment on column operator_yields.base_yield is 'growth of the exchange rate of the strategy in the window, simple, as a fraction of a year';
create index on operator_yields (operator_id, strategy_id);

create table daily_reward_sums (
    snapshot_date date not null,
    subject_kind text not null check (subject_kind in ('NETWORK', 'AVS', 'STRATEGY')),
    subject_id text not null,
    reward_date date not null,
    reward_kind text not null check (reward_kind in ('PI', 'AVS')),
    token text not null,
    operators_amount numeric not null,
    stakers_amount numeric not null,
    refund_amount numeric not null,
    primary key (snapshot_date, subject_kind, subject_id, reward_date, reward_kind, token)
);
comment on table daily_reward_sums is 'What the end of a day added to the rewards of the network, of each AVS that pays and of each strategy whose stake is paid for.';
comment on column daily_reward_sums.snapshot_date is 'UTC day at whose end it was added: reward_date, later when the submission came later';
comment on column daily_reward_sums.subject_id is 'address of the AVS or strategy; empty for the network';
comment on column daily_reward_sums.reward_date is 'UTC day that it is paid for';
comment on column daily_reward_sums.reward_kind is 'PI: programmatic incentives; AVS: all other kinds';
comment on column daily_reward_sums.operators_amount is 'base units of the token; of a strategy rounded, by multiplier * shares of each operator';
comment on column daily_reward_sums.stakers_amount is 'like operators_amount';
comment on column daily_reward_sums.refund_amount is 'base units of the token, returned to the AVS; 0 for a strategy';
create index on daily_reward_sums (subject_kind, subject_id, reward_date);

create table restaked_strategy_days (
    avs_id text not null,
    reward_date date not null,
    status text not null check (status in ('ANSWERED', 'NO_HISTORY')),
    asked_at timestamptz not null,
    primary key (avs_id, reward_date)
);
comment on table restaked_strategy_days is 'Days on which an AVS that pays by stake was asked which strategies its operators restake.';
comment on column restaked_strategy_days.reward_date is 'UTC day';
comment on column restaked_strategy_days.status is 'NO_HISTORY: the node no longer has the state of the day; it is asked again after a week';
comment on column restaked_strategy_days.asked_at is 'instant of the answer';

create table operator_restaked_strategies (
    avs_id text not null,
    operator_id text not null,
    from_date date not null,
    strategies text [] not null,
    primary key (avs_id, operator_id, from_date)
);
comment on table operator_restaked_strategies is 'Changes of the strategies that an operator restakes at an AVS: getOperatorRestakedStrategies at each 3,600th block.';
comment on column operator_restaked_strategies.from_date is 'UTC day from which the answer holds until the next row, on days in restaked_strategy_days';
comment on column operator_restaked_strategies.strategies is 'addresses, ascending; empty when the AVS names none or does not answer';

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

create table earner_summed_months (
    month date primary key,
    until_date date not null
);
comment on table earner_summed_months is 'Which days earner_monthly_rewards holds the sums of.';
comment on column earner_summed_months.month is 'first UTC day of the month';
comment on column earner_summed_months.until_date is 'first UTC day that is not in the sums; the next month when all of the month is';

create view active_distribution_root as
select root_index, until_date
from distribution_roots
where
    disabled_block is null
    and activates_at <= (select max(safe_at) from pipeline_checkpoints)
order by root_index desc
limit 1;
comment on view active_distribution_root is 'The newest root by which earners can claim, at the block of the state.';

create view reward_day_parts as
with
parts as (
    select
        subject_kind,
        subject_id,
        reward_date,
        reward_kind,
        token,
        sum(operators_amount) as operators_amount,
        sum(stakers_amount) as stakers_amount,
        sum(refund_amount) as refund_amount
    from daily_reward_sums
    group by subject_kind, subject_id, reward_date, reward_kind, token
    union all
    select
        'OPERATOR',
        rewards.operator_id,
        rewards.reward_date,
        case when submissions.submission_kind = 'PI' then 'PI' else 'AVS' end,
        rewards.token,
        sum(rewards.operator_amount),
        sum(rewards.stakers_amount),
        sum(rewards.refund_amount)
    from operator_daily_rewards as rewards
    join rewards_submissions as submissions using (submission_hash)
    group by
        rewards.operator_id,
        rewards.reward_date,
        case when submissions.submission_kind = 'PI' then 'PI' else 'AVS' end,
        rewards.token
)
select
    parts.*,
    token_metadata.symbol,
    token_metadata.decimals,
    prices.price_usd * ('1e-' || token_metadata.decimals)::numeric as usd_per_unit
from parts
left join token_metadata using (token)
left join lateral (
    select token_prices.price_usd
    from token_prices
    where
        token_prices.token = parts.token
        and token_prices.at >= parts.reward_date::timestamp at time zone 'UTC'
        and token_prices.at < (parts.reward_date + 1)::timestamp at time zone 'UTC'
    order by token_prices.at desc
    limit 1
) as prices on true;
comment on view reward_day_parts is 'What a day paid by kind of rewards and token, for the network, each AVS, strategy and operator, with the last price within the day.';

create view reward_days as
select
    subject_kind,
    subject_id,
    reward_date,
    round(sum(operators_amount * usd_per_unit), 18) as operators_usd,
    round(sum(stakers_amount * usd_per_unit), 18) as stakers_usd,
    round(sum(refund_amount * usd_per_unit), 18) as refund_usd,
    case
        when coalesce(sum(operators_amount + stakers_amount) filter (where reward_kind = 'PI'), 0) = 0 then 0
        else round(sum((operators_amount + stakers_amount) * usd_per_unit) filter (where reward_kind = 'PI'), 18)
    end as pi_usd,
    case
        when coalesce(sum(operators_amount + stakers_amount) filter (where reward_kind = 'AVS'), 0) = 0 then 0
        else round(sum((operators_amount + stakers_amount) * usd_per_unit) filter (where reward_kind = 'AVS'), 18)
    end as avs_usd,
    case
        when bool_and(usd_per_unit is not null) then 'COMPLETE'
        when bool_or(usd_per_unit is not null) then 'PARTIAL'
        when bool_and(decimals is null) then 'MISSING_DECIMALS'
        else 'MISSING_PRICE'
    end as usd_status
from reward_day_parts
group by subject_kind, subject_id, reward_date;
comment on view reward_days is 'What a day paid in USD by the last prices within it, for the network, each AVS, strategy and operator.';

create view reward_day_tokens as
select
    subject_kind,
    subject_id,
    reward_date,
    token,
    symbol,
    decimals,
    sum(operators_amount) as operators_amount,
    sum(stakers_amount) as stakers_amount,
    sum(refund_amount) as refund_amount,
    round(sum((operators_amount + stakers_amount) * usd_per_unit), 18) as usd,
    case
        when bool_and(usd_per_unit is not null) then 'COMPLETE'
        when bool_and(decimals is null) then 'MISSING_DECIMALS'
        else 'MISSING_PRICE'
    end as usd_status
from reward_day_parts
group by subject_kind, subject_id, reward_date, token, symbol, decimals;
comment on view reward_day_tokens is 'What a day paid by token, for the network, each AVS, strategy and operator.';

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
    left join operator_allocation_periods as before
        on
            submissions.submission_kind = 'UNIQUE_STAKE'
            and before.operator_id = rewards.operator_id
            and before.operator_set_id = submissions.operator_set_id
            and before.strategy_id = holdings.strategy_id
            and before.from_date <= rewards.reward_date
            and (before.until_date > rewards.reward_date) is not false
            and rewards.reward_date in (select snapshot_date from snapshot_days)
    left join operator_allocation_periods as after
        on
            after.operator_id = before.operator_id
            and after.operator_set_id = before.operator_set_id
            and after.strategy_id = before.strategy_id
            and after.from_date <= rewards.reward_date + 1
            and (after.until_date > rewards.reward_date + 1) is not false
            and rewards.reward_date + 1 in (select snapshot_date from snapshot_days)
    left join operator_strategy_daily_snapshots as maximum
        on
            maximum.operator_id = before.operator_id
            and maximum.strategy_id = before.strategy_id
            and maximum.snapshot_date = rewards.reward_date + 1
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
        and (
            submissions.submission_kind <> 'AVS'
            -- one lookup by the key; planned as not exists, the whole table is read
            or (
                select asked.status from restaked_strategy_days as asked
                where asked.avs_id = submissions.avs_id and asked.reward_date = rewards.reward_date
            ) is distinct from 'ANSWERED'
            or holdings.strategy_id = any(
                (
                    select answers.strategies
                    from operator_restaked_strategies as answers
                    where
                        answers.avs_id = submissions.avs_id
                        and answers.operator_id = rewards.operator_id
                        and answers.from_date <= rewards.reward_date
                    order by answers.from_date desc
                    limit 1
                )::text []
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

create view earner_daily_rewards as
select snapshot_date, earner, token, amount
from earner_days
cross join lateral unnest(tokens, amounts) as parts (token, amount);
comment on view earner_daily_rewards is 'The rows of earner_days by token.';

-- USD for one base unit of a token by the last price within a day; null when the day has none
create function token_usd_of_day(token_address text, day date) returns numeric
language sql stable
return (
    select token_prices.price_usd * ('1e-' || token_metadata.decimals)::numeric
    from token_prices
    join token_metadata on token_metadata.token = token_prices.token
    where
        token_prices.token = token_address
        and token_prices.at >= day::timestamp at time zone 'UTC'
        and token_prices.at < (day + 1)::timestamp at time zone 'UTC'
    order by token_prices.at desc
    limit 1
);

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
            select price_usd * ('1e-' || token_metadata.decimals)::numeric
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
