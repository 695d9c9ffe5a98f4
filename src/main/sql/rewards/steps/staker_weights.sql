-- Weights of stakers in a submission on a day.
-- Grain: one row per submission, day, operator and staker with stake that counts.
-- Units: multiplier (wad) * shares (base units).

with

dates as (
    select distinct reward_date from eligible_strategies
),

-- materialized: the periods of a day are found once for all submissions
holdings as materialized (
    select
        dates.reward_date,
        periods.operator_id,
        periods.strategy_id,
        periods.staker_id,
        periods.shares
    from dates
    join operator_delegator_share_history as periods
        on
            periods.from_date <= dates.reward_date
            and (periods.until_date > dates.reward_date) is not false
)

select
    submission_hash,
    reward_date,
    operator_id,
    holdings.staker_id,
    sum(
        case
            when magnitude is null then multiplier * holdings.shares
            else holdings.shares * magnitude / nullif(max_magnitude, 0) * multiplier
        end
    ) filter (where holdings.shares > 0) as weight,
    bool_or(holdings.shares is null) as has_unknown_shares
from eligible_strategies
join holdings using (reward_date, operator_id, strategy_id)
where (magnitude > 0) is not false
group by submission_hash, reward_date, operator_id, holdings.staker_id
