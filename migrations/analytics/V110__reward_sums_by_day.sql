-- Sums of rewards by day, for pages.

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
    prices.price_usd / power(10::numeric, token_metadata.decimals) as usd_per_unit
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

update pipeline_partitions set status = 'STALE' where stage = 'analytics' and status = 'DONE';
