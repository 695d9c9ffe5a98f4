-- Operators that a submission pays for a day.
-- Grain: one row per submission, day and operator.
-- Units: directed_amount in base units for all days; registered_days of the submission.
-- The day on which an operator registers counts, the day before the one on which it leaves does not.

with

memberships as (
    select
        operator_id,
        avs_id,
        operator_set_id,
        (registered_at at time zone 'UTC')::date as from_date,
        (unregistered_at at time zone 'UTC')::date - 1 as until_date
    from operator_avs_registration_history
),

directed as (
    select
        days.submission_hash,
        days.reward_date,
        lower(item ->> 'operator') as operator_id,
        (item ->> 'amount')::numeric as directed_amount,
        days.avs_id,
        coalesce(days.operator_set_id, '') as operator_set_id,
        days.start_date,
        days.end_date
    from submission_days as days
    cross join jsonb_array_elements(days.operator_rewards) as items (item)
),

-- as ranges: a look at each of hundreds of days would take minutes
directed_memberships as (
    select
        directed.submission_hash,
        directed.reward_date,
        directed.operator_id,
        directed.directed_amount,
        range_agg(
            daterange(
                greatest(memberships.from_date, directed.start_date),
                least(memberships.until_date, directed.end_date)
            )
        ) filter (
            where
                memberships.from_date is not null
                and greatest(memberships.from_date, directed.start_date)
                < least(memberships.until_date, directed.end_date)
        ) as registered,
        coalesce(
            bool_or(
                memberships.from_date <= directed.reward_date
                and (memberships.until_date > directed.reward_date) is not false
            ),
            false
        ) as is_registered
    from directed
    left join memberships using (operator_id, avs_id, operator_set_id)
    group by directed.submission_hash, directed.reward_date, directed.operator_id, directed.directed_amount
)

select
    days.submission_hash,
    days.reward_date,
    memberships.operator_id,
    null::numeric as directed_amount,
    null::bigint as registered_days,
    true as is_registered
from submission_days as days
join memberships
    on
        memberships.avs_id = days.avs_id
        and memberships.operator_set_id = coalesce(days.operator_set_id, '')
        and memberships.from_date <= days.reward_date
        and (memberships.until_date > days.reward_date) is not false
where days.submission_kind in ('AVS', 'UNIQUE_STAKE', 'TOTAL_STAKE')
group by days.submission_hash, days.reward_date, memberships.operator_id
union all
select days.submission_hash, days.reward_date, members.operator_id, null, null, true
from submission_days as days
join (
    select dates.reward_date, memberships.operator_id
    from (select distinct reward_date from submission_days where submission_kind = 'PI') as dates
    join memberships
        on
            memberships.from_date <= dates.reward_date
            and (memberships.until_date > dates.reward_date) is not false
    group by dates.reward_date, memberships.operator_id
) as members using (reward_date)
where days.submission_kind = 'PI'
union all
select days.submission_hash, days.reward_date, operators.operator_id, null, null, true
from submission_days as days
cross join operators
where days.submission_kind = 'ALL_STAKERS'
union all
select
    submission_hash,
    reward_date,
    operator_id,
    directed_amount,
    (
        select coalesce(sum(upper(days) - lower(days)), 0)
        from unnest(registered) as periods (days)
    ),
    is_registered
from directed_memberships
