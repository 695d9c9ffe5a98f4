-- Strategies whose stake at an operator counts for a submission on a day.
-- Grain: one row per submission, day, operator and strategy.
-- Units: multipliers and magnitudes in wads; magnitudes are null where the whole stake counts.
-- Kind AVS: of a day on which the AVS was asked, only the strategies that it names for the operator count.
-- Allocated stake: an increase counts from the day after it, a decrease on its day, a slash of the maximum on its day.

with

strategies as (
    select
        submission_hash,
        submission_kind,
        avs_id,
        operator_set_id,
        reward_date,
        lower(item ->> 'strategy') as strategy_id,
        (item ->> 'multiplier')::numeric as multiplier
    from submission_days
    cross join jsonb_array_elements(strategies_and_multipliers) as items (item)
    where (item ->> 'multiplier')::numeric <> 0
),

counted as (
    select submission_hash, submission_kind, avs_id, operator_set_id, reward_date, strategy_id, multiplier
    from strategies
    where
        submission_kind <> 'OPERATOR_DIRECTED_SET'
        or exists (
            select from operator_set_strategy_history as periods
            where
                periods.operator_set_id = strategies.operator_set_id
                and periods.strategy_id = strategies.strategy_id
                and (periods.added_at at time zone 'UTC')::date <= strategies.reward_date
                and ((periods.removed_at at time zone 'UTC')::date > strategies.reward_date) is not false
        )
),

restaked as (
    select submissions.submission_hash, submissions.reward_date, members.operator_id, answers.strategies
    from submission_days as submissions
    join restaked_strategy_days as asked
        on
            asked.avs_id = submissions.avs_id
            and asked.reward_date = submissions.reward_date
            and asked.status = 'ANSWERED'
    join eligible_operators as members
        on
            members.submission_hash = submissions.submission_hash
            and members.reward_date = submissions.reward_date
    left join lateral (
        select rows.strategies
        from operator_restaked_strategies as rows
        where
            rows.avs_id = submissions.avs_id
            and rows.operator_id = members.operator_id
            and rows.from_date <= submissions.reward_date
        order by rows.from_date desc
        limit 1
    ) as answers on true
    where submissions.submission_kind = 'AVS'
)

select
    counted.submission_hash,
    counted.submission_kind,
    counted.reward_date,
    operators.operator_id,
    counted.strategy_id,
    counted.multiplier,
    case
        when counted.submission_kind = 'UNIQUE_STAKE'
            then coalesce(least(before.current_magnitude, after.current_magnitude), 0)
    end as magnitude,
    case
        when counted.submission_kind = 'UNIQUE_STAKE' then coalesce(maximum.max_magnitude, 1e18)
    end as max_magnitude
from counted
join eligible_operators as operators using (submission_hash, reward_date)
left join restaked
    on
        restaked.submission_hash = counted.submission_hash
        and restaked.reward_date = counted.reward_date
        and restaked.operator_id = operators.operator_id
left join operator_allocation_periods as before
    on
        before.operator_id = operators.operator_id
        and before.operator_set_id = counted.operator_set_id
        and before.strategy_id = counted.strategy_id
        and before.from_date <= counted.reward_date
        and (before.until_date > counted.reward_date) is not false
        and counted.reward_date in (select snapshot_date from snapshot_days)
        and counted.submission_kind = 'UNIQUE_STAKE'
left join operator_allocation_periods as after
    on
        after.operator_id = before.operator_id
        and after.operator_set_id = before.operator_set_id
        and after.strategy_id = before.strategy_id
        and after.from_date <= counted.reward_date + 1
        and (after.until_date > counted.reward_date + 1) is not false
        and counted.reward_date + 1 in (select snapshot_date from snapshot_days)
left join operator_strategy_daily_snapshots as maximum
    on
        maximum.operator_id = before.operator_id
        and maximum.strategy_id = before.strategy_id
        and maximum.snapshot_date = counted.reward_date + 1
where
    operators.is_registered
    and (
        restaked.operator_id is null
        or counted.strategy_id = any(coalesce(restaked.strategies, '{}'))
    )
