-- Which strategies operators restake at AVSs, as the AVSs answer.

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

create or replace view delegator_daily_rewards as
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
        and (
            submissions.submission_kind <> 'AVS'
            or not exists (
                select from restaked_strategy_days as asked
                where
                    asked.avs_id = submissions.avs_id
                    and asked.reward_date = rewards.reward_date
                    and asked.status = 'ANSWERED'
            )
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
