-- What is added to the cumulative amounts of operators, stakers and AVSs at the end of a day.
-- Grain: one row per earner with an amount; tokens in order, and their amounts.
-- Units: base units of the token.
-- operator_daily_rewards and the steps are temporary tables here: the rows of the day. Rows are in the order of the key,
-- because the index grows faster by it.

with

tokens as (
    select distinct token_number, token
    from submission_days
),

amounts as (
    select staker as earner_number, token_number, stakers_amount as amount
    from pay_sums
    where pool is null and stakers_amount > 0
    union all
    select earners.earner_number, days.token_number, rewards.operator_amount
    from operator_daily_rewards as rewards
    join submission_days as days using (submission_hash, reward_date)
    join earners on earners.earner = rewards.operator_id
    where rewards.operator_amount > 0
    union all
    select earners.earner_number, days.token_number, rewards.refund_amount
    from operator_daily_rewards as rewards
    join submission_days as days using (submission_hash, reward_date)
    join earners on earners.earner = days.avs_id
    where rewards.refund_amount > 0
),

sums as (
    select earner_number, token_number, sum(amount) as amount
    from amounts
    group by earner_number, token_number
),

lists as (
    select
        sums.earner_number,
        array_agg(tokens.token order by sums.token_number) as tokens,
        array_agg(sums.amount order by sums.token_number) as amounts
    from sums
    join tokens using (token_number)
    group by sums.earner_number
)

select
    :day::date as snapshot_date,
    earners.earner::text,
    lists.tokens::text [],
    lists.amounts::numeric []
from lists
join earners using (earner_number)
order by earners.earner
