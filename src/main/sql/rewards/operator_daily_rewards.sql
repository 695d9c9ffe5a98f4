-- What each submission paid to operators and their stakers, added at the end of a day.
-- Grain: one row per submission, day that it pays and operator; an empty operator for a refund of a whole day.
-- Units: base units of the token, bips, UTC dates.

with

paid as (
    select
        pools.submission_hash,
        pools.reward_date,
        pools.operator_id,
        case when pools.is_pooled then coalesce(sums.operator_amount, 0) else pools.operator_amount end
            as operator_amount,
        coalesce(sums.stakers_amount, 0) as stakers_amount,
        pools.refund_amount,
        pools.commission_bips,
        pools.stakers_pool,
        pools.total_weight,
        pools.has_unknown_shares
    from operator_pools as pools
    left join pay_sums as sums using (pool)
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
            when days.submission_kind = 'AVS' and days.restaked_avs_id is null then 'RESTAKED_STRATEGIES_UNKNOWN'
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
