-- Days of submissions whose amounts are added at the end of :day: that day itself, and earlier days of a submission that came on it.
-- Grain: one row per submission and day that it pays.
-- Units: base units of the token, UTC dates.
-- Submissions by stake come a day later, as in the published trees.

with

submissions as (
    select
        *,
        (submitted_at at time zone 'UTC')::date as submitted_date,
        :day - (submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE'))::integer as newest_date
    from rewards_submissions
    where end_date > start_date
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
    reward_day::date as reward_date,
    div(amount, (end_date - start_date)::numeric) as tokens_per_day
from submissions
cross join generate_series(
    case when submitted_date = newest_date then start_date else newest_date end,
    least(end_date - 1, newest_date),
    interval '1 day'
) as reward_days (reward_day)
where submitted_date <= newest_date and start_date <= newest_date
