-- Weights of stakers in a submission on a day.
-- Grain: one row per submission, day, operator and staker with stake that counts.
-- Units: multiplier (wad) * shares (base units).

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
join operator_delegator_share_history as holdings using (operator_id, strategy_id)
where
    holdings.from_date <= reward_date
    and (holdings.until_date > reward_date) is not false
    and (magnitude > 0) is not false
group by submission_hash, reward_date, operator_id, holdings.staker_id
