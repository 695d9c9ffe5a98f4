-- What is added to the cumulative amounts of operators, stakers and AVSs at the end of a day.
-- Grain: one row per earner and token with an amount.
-- Units: base units of the token.
-- operator_daily_rewards and the steps are temporary tables here: the rows of the day.

with

amounts as (
    select staker_id as earner, token, stakers_amount as amount
    from pay_sums
    where pool is null
    union all
    select operator_id, token, operator_amount
    from operator_daily_rewards
    where operator_id <> ''
    union all
    select days.avs_id, rewards.token, rewards.refund_amount
    from operator_daily_rewards as rewards
    join submission_days as days using (submission_hash, reward_date)
    where rewards.refund_amount > 0
)

select
    :day::date as snapshot_date,
    earner::text,
    token::text,
    sum(amount)::numeric as amount
from amounts
where amount > 0
group by earner, token
