-- Yields of operators and strategies over windows that end on a day.
-- Grain: one row per window, kind of rewards, strategy or all, and operator or all, with stake in the window.
-- Units: USD by the prices of the days, yields as fractions of a year.
-- A submission belongs to strategies by multiplier * shares of the operator on the day. Days on which a strategy has no value
-- count in neither rewards nor stake.

with

windows as (
    select window_days, :day - window_days + 1 as first_date
    from (values (7), (30)) as asked (window_days)
),

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
),

rewards as (
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
),

stakes as (
    select operator_id, strategy_id, snapshot_date, tvs_usd
    from operator_strategy_daily_snapshots
    where snapshot_date between :day - 29 and :day and tvs_usd > 0
),

stake_sums as (
    select
        windows.window_days,
        coalesce(stakes.strategy_id, '') as strategy_id,
        coalesce(stakes.operator_id, '') as operator_id,
        min(stakes.snapshot_date) as first_date,
        max(stakes.snapshot_date) as last_date,
        count(distinct stakes.snapshot_date) as days,
        sum(stakes.tvs_usd) as tvs_usd
    from windows
    join stakes on stakes.snapshot_date >= windows.first_date
    group by
        windows.window_days,
        grouping sets ((stakes.strategy_id, stakes.operator_id), (stakes.strategy_id), (stakes.operator_id), ())
),

reward_sums as (
    select
        windows.window_days,
        coalesce(rewards.kind, 'ALL') as kind,
        coalesce(rewards.strategy_id, '') as strategy_id,
        coalesce(rewards.operator_id, '') as operator_id,
        sum(rewards.gross_usd) as gross_usd,
        sum(rewards.net_usd) as net_usd,
        sum(rewards.parts) as parts,
        sum(rewards.priced_parts) as priced_parts
    from windows
    join rewards on rewards.reward_date >= windows.first_date
    group by
        windows.window_days,
        grouping sets (
            (rewards.kind, rewards.strategy_id, rewards.operator_id),
            (rewards.kind, rewards.strategy_id),
            (rewards.kind, rewards.operator_id),
            (rewards.kind),
            (rewards.strategy_id, rewards.operator_id),
            (rewards.strategy_id),
            (rewards.operator_id),
            ()
        )
),

base_rates as (
    select
        windows.window_days,
        quotes.strategy_id,
        (array_agg(quotes.exchange_rate order by quotes.snapshot_date))[1] as first_rate,
        (array_agg(quotes.exchange_rate order by quotes.snapshot_date desc))[1] as last_rate,
        max(quotes.snapshot_date) - min(quotes.snapshot_date) as days
    from windows
    join strategy_daily_quotes as quotes
        on
            quotes.snapshot_date between windows.first_date and :day
            and quotes.rate_status in ('QUOTED', 'FIXED')
    group by windows.window_days, quotes.strategy_id
),

-- one aggregate instead of a join: the planner cannot know how many rows the sums have
sums as (
    select
        stake_sums.window_days,
        kinds.kind,
        stake_sums.strategy_id,
        stake_sums.operator_id,
        stake_sums.first_date,
        stake_sums.last_date,
        stake_sums.days,
        stake_sums.tvs_usd,
        null::numeric as gross_usd,
        null::numeric as net_usd,
        0 as parts,
        0 as priced_parts
    from stake_sums
    cross join (values ('AVS'), ('PI'), ('ALL')) as kinds (kind)
    union all
    select
        window_days, kind, strategy_id, operator_id, null, null, null, null, gross_usd, net_usd, parts, priced_parts
    from reward_sums
),

joined as (
    select
        window_days,
        kind,
        strategy_id,
        operator_id,
        max(first_date) as first_date,
        max(last_date) as last_date,
        max(days) as days,
        max(tvs_usd) as tvs_usd,
        sum(gross_usd) as gross_usd,
        sum(net_usd) as net_usd,
        sum(parts) as parts,
        sum(priced_parts) as priced_parts
    from sums
    group by window_days, kind, strategy_id, operator_id
    having max(days) is not null
),

figures as (
    select
        joined.window_days,
        joined.kind,
        joined.strategy_id,
        joined.operator_id,
        joined.first_date,
        joined.last_date,
        joined.days,
        joined.tvs_usd,
        case
            when joined.parts = 0 then 0
            when joined.priced_parts > 0 then joined.gross_usd
        end as gross_usd,
        case
            when joined.parts = 0 then 0
            when joined.priced_parts > 0 then joined.net_usd
        end as net_usd,
        case
            when joined.parts = joined.priced_parts then 'COMPLETE'
            when joined.priced_parts > 0 then 'PARTIAL'
            else 'MISSING_PRICE'
        end as usd_status,
        ratio((base_rates.last_rate - base_rates.first_rate) * 365, base_rates.first_rate * base_rates.days)
            as base_yield
    from joined
    left join base_rates
        on
            base_rates.window_days = joined.window_days
            and base_rates.strategy_id = joined.strategy_id
            and base_rates.days > 0
),

reasons as (
    select
        *,
        case
            when days < least(window_days, :min_data_points) then 'TOO_FEW_DAYS'
            when gross_usd is null then 'MISSING_PRICE'
        end as reason
    from figures
)

select
    window_days::integer,
    kind::text,
    strategy_id::text,
    operator_id::text,
    first_date::date,
    last_date::date,
    days::integer,
    round(gross_usd, 18)::numeric as gross_usd,
    round(net_usd, 18)::numeric as net_usd,
    ratio(tvs_usd, days)::numeric as mean_tvs_usd,
    (case when reason is null then ratio(gross_usd * 365, tvs_usd) end)::numeric as gross_yield,
    (case when reason is null then ratio(net_usd * 365, tvs_usd) end)::numeric as net_yield,
    reason::text,
    usd_status::text,
    base_yield::numeric,
    (
        case
            when strategy_id = '' then 'ALL_STRATEGIES'
            when base_yield is null then 'NO_RATE_HISTORY'
        end
    )::text as base_yield_reason
from reasons
