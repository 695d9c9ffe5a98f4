-- Days of submissions whose amounts are added at the end of :day: that day itself, and earlier days of a submission that came on it.
-- Grain: one row per submission and day that it pays.
-- Units: base units of the token, UTC dates; multipliers in wads, in the order of strategy_ids.
-- Submissions by stake come a day later, as in the published trees. Stakers have the same weight in all submission days of one
-- profile: those of equal strategies and multipliers on one date, of one set when its allocations count, and of one AVS when
-- it was asked which strategies its operators restake.

with

submissions as (
    select
        *,
        (submitted_at at time zone 'UTC')::date as submitted_date,
        :day - (submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE'))::integer as newest_date
    from rewards_submissions
    where end_date > start_date
),

days as (
    select submissions.*, reward_day::date as reward_date
    from submissions
    cross join generate_series(
        case when submitted_date = newest_date then start_date else newest_date end,
        least(end_date - 1, newest_date),
        interval '1 day'
    ) as reward_days (reward_day)
    where submitted_date <= newest_date and start_date <= newest_date
),

counted as (
    select
        days.submission_hash,
        days.reward_date,
        array_agg(lower(item ->> 'strategy') order by lower(item ->> 'strategy')) as strategy_ids,
        array_agg((item ->> 'multiplier')::numeric order by lower(item ->> 'strategy')) as multipliers
    from days
    cross join jsonb_array_elements(days.strategies_and_multipliers) as items (item)
    where
        (item ->> 'multiplier')::numeric <> 0
        and (
            days.submission_kind <> 'OPERATOR_DIRECTED_SET'
            or exists (
                select from operator_set_strategy_history as periods
                where
                    periods.operator_set_id = days.operator_set_id
                    and periods.strategy_id = lower(item ->> 'strategy')
                    and (periods.added_at at time zone 'UTC')::date <= days.reward_date
                    and ((periods.removed_at at time zone 'UTC')::date > days.reward_date) is not false
            )
        )
    group by days.submission_hash, days.reward_date
),

scoped as (
    select
        days.*,
        coalesce(counted.strategy_ids, '{}') as strategy_ids,
        coalesce(counted.multipliers, '{}') as multipliers,
        case when days.submission_kind = 'UNIQUE_STAKE' then days.operator_set_id end as magnitude_set_id,
        case when days.submission_kind = 'AVS' then asked.avs_id end as restaked_avs_id
    from days
    left join counted using (submission_hash, reward_date)
    left join restaked_strategy_days as asked
        on
            asked.avs_id = days.avs_id
            and asked.reward_date = days.reward_date
            and asked.status = 'ANSWERED'
)

select
    submission_hash,
    submission_kind,
    avs_id,
    operator_set_id,
    token,
    start_date,
    end_date,
    strategies_and_multipliers,
    operator_rewards,
    reward_date,
    div(amount, (end_date - start_date)::numeric) as tokens_per_day,
    strategy_ids,
    multipliers,
    magnitude_set_id,
    restaked_avs_id,
    (dense_rank() over (order by token))::integer as token_number,
    (
        dense_rank() over (order by reward_date, strategy_ids, multipliers, magnitude_set_id, restaked_avs_id)
    )::integer as profile
from scoped
