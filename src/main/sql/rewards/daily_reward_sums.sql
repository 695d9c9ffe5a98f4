-- What the end of a day adds to the rewards of the network, of AVSs and of strategies.
-- Grain: one row per subject, day that it pays, kind of rewards and token.
-- Units: base units of the token, UTC dates.
-- operator_daily_rewards and the steps are temporary tables here: the rows of the day. A submission belongs to strategies by
-- multiplier * shares of the operator on the day, as for yields; strategies with unknown shares get no part.

with

-- submissions of equal strategies and multipliers are divided together
days as (
    select
        *,
        dense_rank() over (order by strategies_and_multipliers) as multiplier_set
    from submission_days
),

paid as (
    select
        days.multiplier_set,
        rewards.reward_date,
        rewards.operator_id,
        rewards.token,
        coalesce(days.avs_id, '') as avs_id,
        case when days.submission_kind = 'PI' then 'PI' else 'AVS' end as reward_kind,
        rewards.operator_amount,
        rewards.stakers_amount,
        rewards.refund_amount
    from operator_daily_rewards as rewards
    join days using (submission_hash, reward_date)
),

multipliers as (
    select
        sets.multiplier_set,
        lower(item ->> 'strategy') as strategy_id,
        (item ->> 'multiplier')::numeric as multiplier
    from (select distinct multiplier_set, strategies_and_multipliers from days) as sets
    cross join jsonb_array_elements(sets.strategies_and_multipliers) as items (item)
    where (item ->> 'multiplier')::numeric > 0
),

paid_operators as (
    select
        multiplier_set,
        reward_date,
        operator_id,
        reward_kind,
        token,
        sum(operator_amount) as operator_amount,
        sum(stakers_amount) as stakers_amount
    from paid
    where operator_amount + stakers_amount > 0
    group by multiplier_set, reward_date, operator_id, reward_kind, token
),

weights as (
    select
        paid_operators.multiplier_set,
        paid_operators.reward_date,
        paid_operators.operator_id,
        held.strategy_id,
        multipliers.multiplier * held.shares as weight,
        sum(multipliers.multiplier * held.shares) over (
            partition by paid_operators.multiplier_set, paid_operators.reward_date, paid_operators.operator_id
        ) as total_weight
    from (select distinct multiplier_set, reward_date, operator_id from paid_operators) as paid_operators
    join operator_strategy_daily_snapshots as held
        on held.operator_id = paid_operators.operator_id and held.snapshot_date = paid_operators.reward_date
    join multipliers
        on
            multipliers.multiplier_set = paid_operators.multiplier_set
            and multipliers.strategy_id = held.strategy_id
    where held.shares > 0
),

sums as (
    select
        case when avs_id is null then 'NETWORK' else 'AVS' end as subject_kind,
        coalesce(avs_id, '') as subject_id,
        reward_date,
        reward_kind,
        token,
        sum(operator_amount) as operators_amount,
        sum(stakers_amount) as stakers_amount,
        sum(refund_amount) as refund_amount
    from paid
    group by grouping sets ((avs_id, reward_date, reward_kind, token), (reward_date, reward_kind, token))
    having avs_id is null or avs_id <> ''
    union all
    select
        'STRATEGY',
        weights.strategy_id,
        paid.reward_date,
        paid.reward_kind,
        paid.token,
        round(sum(paid.operator_amount * weights.weight / weights.total_weight)),
        round(sum(paid.stakers_amount * weights.weight / weights.total_weight)),
        0
    from weights
    join paid_operators as paid using (multiplier_set, reward_date, operator_id)
    group by weights.strategy_id, paid.reward_date, paid.reward_kind, paid.token
)

select
    :day::date as snapshot_date,
    subject_kind::text,
    subject_id::text,
    reward_date::date,
    reward_kind::text,
    token::text,
    operators_amount::numeric,
    stakers_amount::numeric,
    refund_amount::numeric
from sums
