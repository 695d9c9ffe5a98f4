-- What each submission paid to operators and their stakers, added at the end of a day.
-- Grain: one row per submission, day that it pays and operator; an empty operator for a refund of a whole day.
-- Units: base units of the token, bips, UTC dates.
-- A staker's part of the weight is divided as for the published trees, where numeric keeps about 20 digits of a quotient;
-- div is exact.

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
        eligible_strategies.submission_hash,
        eligible_strategies.reward_date,
        eligible_strategies.operator_id,
        sum(
            case
                when magnitude is null then shares.shares * multiplier
                else shares.shares * magnitude / nullif(max_magnitude, 0) * multiplier
            end
        ) as weight
    from eligible_strategies
    join operator_strategy_share_history as shares
        on
            shares.operator_id = eligible_strategies.operator_id
            and shares.strategy_id = eligible_strategies.strategy_id
            and shares.from_date <= reward_date
            and (shares.until_date > reward_date) is not false
    where
        eligible_strategies.submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE')
        and shares.shares > 0
        and (magnitude > 0) is not false
    group by 1, 2, 3
),

-- what an operator and its stakers share, for submissions that fix it before they look at stakers
operator_totals as (
    select
        submission_hash,
        reward_date,
        operator_id,
        case when registered_days > 0 and is_registered then div(directed_amount, registered_days::numeric) else 0 end
            as total,
        case
            when registered_days = 0 then div(directed_amount, (days.end_date - days.start_date)::numeric)
            else 0
        end as refund
    from eligible_operators
    join submission_days as days using (submission_hash, reward_date)
    where directed_amount is not null
    union all
    select
        submission_hash,
        reward_date,
        operator_id,
        div(days.tokens_per_day * weight, sum(weight) over (partition by submission_hash, reward_date)),
        0
    from operator_weights
    join submission_days as days using (submission_hash, reward_date)
    where weight > 0
),

directed_shares as (
    select
        submission_hash,
        reward_date,
        operator_id,
        total,
        refund,
        commission_bips,
        coalesce(div(total * commission_bips, 10000), 0) as operator_amount
    from operator_totals
    left join commissions using (submission_hash, reward_date, operator_id)
),

weights as (
    select
        submission_hash,
        reward_date,
        operator_id,
        weight,
        has_unknown_shares,
        days.submission_kind in ('AVS', 'PI', 'ALL_STAKERS') as is_pooled,
        days.tokens_per_day,
        sum(weight) over (
            partition by
                submission_hash, reward_date,
                case when days.submission_kind not in ('AVS', 'PI', 'ALL_STAKERS') then operator_id end
        ) as total_weight
    from staker_weights
    join submission_days as days using (submission_hash, reward_date)
),

pays as (
    select
        weights.submission_hash,
        weights.reward_date,
        weights.operator_id,
        weights.is_pooled,
        weights.tokens_per_day,
        weights.total_weight,
        weights.has_unknown_shares,
        commissions.commission_bips,
        floor(
            floor(weights.weight / weights.total_weight * 1000000000000000) / 1000000000000000
            * case
                when weights.is_pooled then weights.tokens_per_day
                else coalesce(directed.total - directed.operator_amount, 0)
            end
        ) as pay
    from weights
    left join commissions using (submission_hash, reward_date, operator_id)
    left join directed_shares as directed using (submission_hash, reward_date, operator_id)
),

pooled as (
    select
        submission_hash,
        reward_date,
        operator_id,
        commission_bips,
        tokens_per_day as stakers_pool,
        max(total_weight) as total_weight,
        coalesce(sum(div(pay * coalesce(commission_bips, 0), 10000)), 0) as operator_amount,
        coalesce(sum(pay - div(pay * coalesce(commission_bips, 0), 10000)), 0) as stakers_amount,
        bool_or(has_unknown_shares) as has_unknown_shares
    from pays
    where is_pooled
    group by submission_hash, reward_date, operator_id, commission_bips, tokens_per_day
),

stakers_of_directed as (
    select
        submission_hash,
        reward_date,
        operator_id,
        max(total_weight) as total_weight,
        coalesce(sum(pay), 0) as stakers_amount,
        bool_or(has_unknown_shares) as has_unknown_shares
    from pays
    where not is_pooled
    group by submission_hash, reward_date, operator_id
),

paid as (
    select
        submission_hash,
        reward_date,
        operator_id,
        operator_amount,
        stakers_amount,
        0::numeric as refund_amount,
        commission_bips,
        stakers_pool,
        total_weight,
        has_unknown_shares
    from pooled
    union all
    select
        shares.submission_hash,
        shares.reward_date,
        shares.operator_id,
        shares.operator_amount,
        coalesce(stakers.stakers_amount, 0),
        -- none of the strategies is in the set: the stakers' part goes back
        shares.refund + case
            when
                days.submission_kind = 'OPERATOR_DIRECTED_SET'
                and counted.submission_hash is null
                then shares.total - shares.operator_amount
            else 0
        end,
        shares.commission_bips,
        shares.total - shares.operator_amount,
        stakers.total_weight,
        coalesce(stakers.has_unknown_shares, false)
    from directed_shares as shares
    join submission_days as days using (submission_hash, reward_date)
    left join stakers_of_directed as stakers using (submission_hash, reward_date, operator_id)
    left join (select distinct submission_hash, reward_date from eligible_strategies) as counted
        using (submission_hash, reward_date)
),

refunded_days as (
    select submission_hash, reward_date, tokens_per_day
    from submission_days as days
    where
        submission_kind in ('UNIQUE_STAKE', 'TOTAL_STAKE')
        and not exists (
            select from paid
            where
                paid.submission_hash = days.submission_hash
                and paid.reward_date = days.reward_date
                and paid.operator_amount + paid.stakers_amount > 0
        )
),

amounts as (
    select * from paid
    where
        operator_amount + stakers_amount + refund_amount > 0
        and not exists (
            select from refunded_days
            where
                refunded_days.submission_hash = paid.submission_hash
                and refunded_days.reward_date = paid.reward_date
        )
    union all
    select submission_hash, reward_date, '', 0, 0, tokens_per_day, null, 0, null, false
    from refunded_days
    where tokens_per_day > 0
),

reasons as (
    select
        amounts.*,
        days.token,
        case
            when amounts.reward_date < date '2024-08-11' then 'OLD_NUMBER_FORMAT'
            when amounts.has_unknown_shares then 'SHARES_UNKNOWN'
            when
                days.submission_kind = 'AVS'
                and not exists (
                    select from restaked_strategy_days as asked
                    where
                        asked.avs_id = days.avs_id
                        and asked.reward_date = days.reward_date
                        and asked.status = 'ANSWERED'
                )
                then 'RESTAKED_STRATEGIES_UNKNOWN'
            when days.submission_kind = 'ALL_STAKERS' then 'UNDELEGATED_STAKERS_UNKNOWN'
            when
                days.submission_kind = 'UNIQUE_STAKE'
                and (
                    select count(distinct snapshot_date) < 2
                    from network_daily_aggregates
                    where snapshot_date in (amounts.reward_date, amounts.reward_date + 1)
                )
                then 'SNAPSHOT_MISSING'
        end as approximate_reason
    from amounts
    join submission_days as days using (submission_hash, reward_date)
)

select
    :day::date as snapshot_date,
    reward_date::date,
    submission_hash::text,
    operator_id::text,
    token::text,
    operator_amount::numeric,
    stakers_amount::numeric,
    refund_amount::numeric,
    commission_bips::integer,
    stakers_pool::numeric,
    total_weight::numeric,
    (case when approximate_reason is null then 'EXACT' else 'APPROXIMATE' end)::text as exactness,
    approximate_reason::text
from reasons
