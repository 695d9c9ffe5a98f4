-- Rewards of operators and their stakers in the longest window, divided among the strategies that earned them.
-- Grain: one row per operator, strategy, day and kind of rewards, where the strategy has a value.
-- Units: USD by the prices of the days; parts counts the submissions, priced_parts those with a price.
-- A submission belongs to strategies by multiplier * shares of the operator on the day.

with

tokens as materialized (
    select token, ('1e-' || decimals)::numeric as unit
    from token_metadata
    where decimals is not null
),

-- submissions of equal strategies and multipliers are divided together
submissions as (
    select
        submission_hash,
        case when submission_kind = 'PI' then 'PI' else 'AVS' end as kind,
        strategies_and_multipliers,
        dense_rank() over (order by strategies_and_multipliers) as multiplier_set
    from rewards_submissions
    where start_date <= :day and end_date > :day - 29
),

multipliers as (
    select
        sets.multiplier_set,
        lower(item ->> 'strategy') as strategy_id,
        (item ->> 'multiplier')::numeric as multiplier
    from (select distinct multiplier_set, strategies_and_multipliers from submissions) as sets
    cross join jsonb_array_elements(sets.strategies_and_multipliers) as items (item)
),

prices as materialized (
    select distinct on (token_prices.token, (token_prices.at at time zone 'UTC')::date)
        token_prices.token,
        (token_prices.at at time zone 'UTC')::date as price_date,
        token_prices.price_usd,
        tokens.unit
    from token_prices
    join tokens using (token)
    where
        token_prices.at >= (:day - 29)::timestamp at time zone 'UTC'
        and token_prices.at < (:day + 1)::timestamp at time zone 'UTC'
    order by token_prices.token, (token_prices.at at time zone 'UTC')::date, token_prices.at desc
),

paid as materialized (
    select
        rewards.operator_id,
        rewards.reward_date,
        submissions.kind,
        submissions.multiplier_set,
        sum((rewards.operator_amount + rewards.stakers_amount) * prices.price_usd * prices.unit) as gross_usd,
        sum(rewards.stakers_amount * prices.price_usd * prices.unit) as net_usd,
        count(*) as parts,
        count(prices.price_usd) as priced_parts
    from operator_daily_rewards as rewards
    join submissions using (submission_hash)
    left join prices on prices.token = rewards.token and prices.price_date = rewards.reward_date
    where
        rewards.reward_date between :day - 29 and :day
        and rewards.operator_id <> ''
        and rewards.operator_amount + rewards.stakers_amount > 0
    group by rewards.operator_id, rewards.reward_date, submissions.kind, submissions.multiplier_set
),

weights as materialized (
    select
        paid_days.operator_id,
        paid_days.reward_date,
        paid_days.multiplier_set,
        days.strategy_id,
        days.tvs_usd,
        multipliers.multiplier * days.shares as weight,
        sum(multipliers.multiplier * days.shares) over (
            partition by paid_days.operator_id, paid_days.reward_date, paid_days.multiplier_set
        ) as total_weight
    from (select distinct operator_id, reward_date, multiplier_set from paid) as paid_days
    join operator_strategy_daily_snapshots as days
        on days.operator_id = paid_days.operator_id and days.snapshot_date = paid_days.reward_date
    join multipliers
        on multipliers.multiplier_set = paid_days.multiplier_set and multipliers.strategy_id = days.strategy_id
    where days.shares > 0
)

select
    paid.operator_id,
    weights.strategy_id,
    paid.reward_date,
    paid.kind,
    sum(paid.gross_usd * weights.weight / weights.total_weight) as gross_usd,
    sum(paid.net_usd * weights.weight / weights.total_weight) as net_usd,
    sum(paid.parts) as parts,
    sum(paid.priced_parts) as priced_parts
from paid
join weights using (operator_id, reward_date, multiplier_set)
where weights.tvs_usd > 0 and weights.total_weight > 0
group by paid.operator_id, weights.strategy_id, paid.reward_date, paid.kind
