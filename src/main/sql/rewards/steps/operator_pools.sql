-- What an operator and its stakers share of a submission on a day, before it is divided among the stakers.
-- Grain: one row per submission, day that it pays and operator; pool numbers them.
-- Units: base units of the token, bips; weights as of stakers.
-- Of pooled kinds, stakers of all operators share the tokens of the day, and operator_amount is not known yet.

with

commissions as (
    select
        operators.submission_hash,
        operators.reward_date,
        operators.operator_id,
        case
            when days.submission_kind <> 'ALL_STAKERS' then coalesce(
                (
                    select new_bips
                    from operator_commission_history as changes
                    where
                        changes.operator_id = operators.operator_id
                        and changes.commission_kind = case
                            when days.submission_kind = 'PI' then 'PI'
                            when days.operator_set_id is not null then 'OPERATOR_SET'
                            else 'AVS'
                        end
                        and changes.subject_id = coalesce(days.operator_set_id, days.avs_id, '')
                        and changes.activates_at < (operators.reward_date + 1)::timestamp at time zone 'UTC'
                    order by changes.activates_at desc, changes.set_block desc, changes.set_log_index desc
                    limit 1
                ),
                (
                    select least(bips, 10000)
                    from commission_defaults
                    where set_at < (operators.reward_date + 1)::timestamp at time zone 'UTC'
                    order by set_block desc, set_log_index desc
                    limit 1
                ),
                1000
            )
        end as commission_bips
    from eligible_operators as operators
    join submission_days as days using (submission_hash, reward_date)
    where operators.is_registered
),

operator_weights as (
    select
        counted.profile,
        counted.operator_id,
        sum(
            case
                when counted.magnitude is null then shares.shares * counted.multiplier
                else shares.shares * counted.magnitude / nullif(counted.max_magnitude, 0) * counted.multiplier
            end
        ) as weight
    from profile_strategies as counted
    join operator_strategy_share_history as shares
        on
            shares.operator_id = counted.operator_id
            and shares.strategy_id = counted.strategy_id
            and shares.from_date <= counted.reward_date
            and coalesce(shares.until_date, 'infinity') > counted.reward_date
    where
        counted.profile in (
            select profile from submission_days where submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE')
        )
        and shares.shares > 0
        and coalesce(counted.magnitude, 1) > 0
    group by counted.profile, counted.operator_id
),

-- what an operator and its stakers share, for submissions that fix it before they look at stakers
operator_totals as (
    select
        operators.submission_hash,
        operators.reward_date,
        operators.operator_id,
        case
            when operators.registered_days > 0 and operators.is_registered
                then div(operators.directed_amount, operators.registered_days::numeric)
            else 0
        end as total,
        case
            when operators.registered_days = 0
                then div(operators.directed_amount, (days.end_date - days.start_date)::numeric)
            else 0
        end as refund
    from eligible_operators as operators
    join submission_days as days using (submission_hash, reward_date)
    where operators.directed_amount is not null
    union all
    select
        operators.submission_hash,
        operators.reward_date,
        operators.operator_id,
        div(
            days.tokens_per_day * weights.weight,
            sum(weights.weight) over (partition by operators.submission_hash, operators.reward_date)
        ),
        0
    from eligible_operators as operators
    join submission_days as days using (submission_hash, reward_date)
    join operator_weights as weights
        on weights.profile = days.profile and weights.operator_id = operators.operator_id
    where days.submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE') and weights.weight > 0
),

staker_totals as (
    select
        members.profile,
        members.operator_id,
        totals.member,
        totals.weight,
        totals.has_unknown_shares
    from (
        select
            member,
            sum(weight) as weight,
            bool_or(has_unknown_shares) as has_unknown_shares
        from staker_weights
        group by member
    ) as totals
    join (select distinct member, profile, operator_id from profile_strategies) as members using (member)
),

joined as (
    select
        operators.submission_hash,
        operators.reward_date,
        operators.operator_id,
        stakers.member,
        days.token_number,
        days.submission_kind in ('AVS', 'PI', 'ALL_STAKERS') as is_pooled,
        days.submission_kind = 'OPERATOR_DIRECTED_SET' and cardinality(days.strategy_ids) = 0 as has_no_strategy,
        days.tokens_per_day,
        commissions.commission_bips,
        coalesce(totals.total, 0) as total,
        coalesce(totals.refund, 0) as refund,
        coalesce(div(totals.total * commissions.commission_bips, 10000), 0) as operator_amount,
        stakers.weight,
        coalesce(stakers.has_unknown_shares, false) as has_unknown_shares
    from eligible_operators as operators
    join submission_days as days using (submission_hash, reward_date)
    left join commissions using (submission_hash, reward_date, operator_id)
    left join operator_totals as totals using (submission_hash, reward_date, operator_id)
    left join staker_totals as stakers
        on
            operators.is_registered
            and stakers.profile = days.profile
            and stakers.operator_id = operators.operator_id
)

select
    row_number() over () as pool,
    submission_hash,
    reward_date,
    operator_id,
    member,
    token_number,
    is_pooled,
    commission_bips,
    operator_amount,
    -- none of the strategies is in the set: the stakers' part goes back
    refund + case when has_no_strategy then total - operator_amount else 0 end as refund_amount,
    case when is_pooled then tokens_per_day else total - operator_amount end as stakers_pool,
    case
        when is_pooled then sum(weight) over (partition by submission_hash, reward_date, is_pooled)
        else weight
    end as total_weight,
    has_unknown_shares
from joined
