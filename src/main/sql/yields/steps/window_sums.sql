-- Stake and rewards of windows.
-- Grain: one row per window, kind of rewards, strategy or all, and operator or all, with stake in the window.
-- Units: USD by the prices of the days; stake is summed over the days.

with

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
        coalesce(strategy_rewards.kind, 'ALL') as kind,
        coalesce(strategy_rewards.strategy_id, '') as strategy_id,
        coalesce(strategy_rewards.operator_id, '') as operator_id,
        sum(strategy_rewards.gross_usd) as gross_usd,
        sum(strategy_rewards.net_usd) as net_usd,
        sum(strategy_rewards.parts) as parts,
        sum(strategy_rewards.priced_parts) as priced_parts
    from windows
    join strategy_rewards on strategy_rewards.reward_date >= windows.first_date
    group by
        windows.window_days,
        grouping sets (
            (strategy_rewards.kind, strategy_rewards.strategy_id, strategy_rewards.operator_id),
            (strategy_rewards.kind, strategy_rewards.strategy_id),
            (strategy_rewards.kind, strategy_rewards.operator_id),
            (strategy_rewards.kind),
            (strategy_rewards.strategy_id, strategy_rewards.operator_id),
            (strategy_rewards.strategy_id),
            (strategy_rewards.operator_id),
            ()
        )
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
)

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
