-- Strategies whose stake at an operator counts, by profile of submission days.
-- Grain: one row per profile, operator that is paid and strategy; member numbers the pairs of a profile and an operator.
-- Units: multipliers and magnitudes in wads; magnitudes are null where the whole stake counts.
-- Allocated stake: an increase counts from the day after it, a decrease on its day, a slash of the maximum on its day.

with

profiles as (
    select distinct on (profile)
        profile, reward_date, strategy_ids, multipliers, magnitude_set_id, restaked_avs_id
    from submission_days
    order by profile
),

members as (
    select
        days.profile,
        operators.operator_id,
        (row_number() over ())::integer as member
    from eligible_operators as operators
    join submission_days as days using (submission_hash, reward_date)
    where operators.is_registered
    group by days.profile, operators.operator_id
),

candidates as (
    select
        profiles.profile,
        profiles.reward_date,
        profiles.magnitude_set_id,
        members.operator_id,
        members.member,
        counted.strategy_id,
        counted.multiplier
    from members
    join profiles using (profile)
    left join lateral (
        select answers.strategies
        from operator_restaked_strategies as answers
        where
            answers.avs_id = profiles.restaked_avs_id
            and answers.operator_id = members.operator_id
            and answers.from_date <= profiles.reward_date
        order by answers.from_date desc
        limit 1
    ) as restaked on true
    cross join lateral unnest(profiles.strategy_ids, profiles.multipliers) as counted (strategy_id, multiplier)
    where
        profiles.restaked_avs_id is null
        or counted.strategy_id = any(coalesce(restaked.strategies, '{}'))
)

select
    profile,
    reward_date,
    operator_id,
    member,
    strategy_id,
    multiplier,
    null::numeric as magnitude,
    null::numeric as max_magnitude
from candidates
where magnitude_set_id is null
union all
select
    candidates.profile,
    candidates.reward_date,
    candidates.operator_id,
    candidates.member,
    candidates.strategy_id,
    candidates.multiplier,
    coalesce(least(before.current_magnitude, after.current_magnitude), 0),
    coalesce(maximum.max_magnitude, 1e18)
from candidates
left join operator_allocation_periods as before
    on
        before.operator_id = candidates.operator_id
        and before.operator_set_id = candidates.magnitude_set_id
        and before.strategy_id = candidates.strategy_id
        and before.from_date <= candidates.reward_date
        and (before.until_date > candidates.reward_date) is not false
        and candidates.reward_date in (select snapshot_date from snapshot_days)
left join operator_allocation_periods as after
    on
        after.operator_id = before.operator_id
        and after.operator_set_id = before.operator_set_id
        and after.strategy_id = before.strategy_id
        and after.from_date <= candidates.reward_date + 1
        and (after.until_date > candidates.reward_date + 1) is not false
        and candidates.reward_date + 1 in (select snapshot_date from snapshot_days)
left join operator_strategy_daily_snapshots as maximum
    on
        maximum.operator_id = before.operator_id
        and maximum.strategy_id = before.strategy_id
        and maximum.snapshot_date = candidates.reward_date + 1
where candidates.magnitude_set_id is not null
