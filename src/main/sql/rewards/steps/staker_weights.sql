-- Weights of stakers, by profile of submission days.
-- Grain: one row per profile and operator (member) and staker (its number in earners) with stake that counts.
-- Units: multiplier (wad) * shares (base units).
-- Rows are in the order of the member, because payments of one pool after the other are added faster.

with

bounds as (
    select min(reward_date) as first_date, max(reward_date) as last_date
    from submission_days
),

-- materialized: the periods are read once, not looked up for each operator and strategy
holdings as materialized (
    select
        history.operator_id,
        history.strategy_id,
        earners.earner_number as staker,
        history.from_date,
        history.until_date,
        history.shares
    from operator_delegator_share_history as history
    join earners on earners.earner = history.staker_id
    where
        history.from_date <= (select last_date from bounds)
        and coalesce(history.until_date, 'infinity') > (select first_date from bounds)
)

select
    counted.member,
    holdings.staker,
    sum(
        case
            when counted.magnitude is null then counted.multiplier * holdings.shares
            else holdings.shares * counted.magnitude / nullif(counted.max_magnitude, 0) * counted.multiplier
        end
    ) filter (where holdings.shares > 0) as weight,
    bool_or(holdings.shares is null) as has_unknown_shares
from profile_strategies as counted
join holdings using (operator_id, strategy_id)
where
    coalesce(counted.magnitude, 1) > 0
    and holdings.from_date <= counted.reward_date
    and coalesce(holdings.until_date, 'infinity') > counted.reward_date
group by counted.member, holdings.staker
order by counted.member
