-- Shares of each delegator at its operator at the end of each day; a slash is shared by all holders of that moment.
-- Grain: one row per operator, staker, strategy and span of days without a change, while there are shares.
-- Units: shares in base units of the strategy's token, null when they cannot be known, magnitudes in wads; UTC dates.

with

-- leaves out rows of the zero address, which lower the operator's total at a slash, and of 'SLASHED', which repeat them
deltas as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        block_timestamp / 86400 as day,
        case event_type when 'INCREASED' then shares else -shares end::numeric as delta
    from operator_share_events
    where
        operator_id in (select unnest(:operators))
        and block_number <= :until_block
        and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
),

-- on chain no sum falls below 0 by more than rounding: a sum that does lacks the history before the first event
shortfalls as (
    select operator_id, staker_id, strategy_id, min(day) as day
    from (
        select
            operator_id,
            staker_id,
            strategy_id,
            day,
            sum(delta) over chain + 2e-18 * sum(greatest(delta, 0)) over chain < 0 as is_short
        from deltas
        join (
            select distinct operator_id, staker_id, strategy_id from deltas where delta < 0
        ) as withdrawers using (operator_id, staker_id, strategy_id)
        window chain as (
            partition by operator_id, staker_id, strategy_id order by block_number, log_index
        )
    ) as sums
    where is_short
    group by operator_id, staker_id, strategy_id
),

maximum_changes as (
    select
        operator_id,
        strategy_id,
        max_magnitude::numeric,
        block_number,
        log_index,
        block_timestamp / 86400 as day
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

slashed as (
    select distinct operator_id, strategy_id from maximum_changes
),

plain_days as (
    select operator_id, staker_id, strategy_id, day, sum(delta) as delta
    from deltas
    where not exists (
        select from slashed
        where slashed.operator_id = deltas.operator_id and slashed.strategy_id = deltas.strategy_id
    )
    group by operator_id, staker_id, strategy_id, day
),

plain_totals as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        sum(delta) over (partition by operator_id, staker_id, strategy_id order by day) as shares,
        0::numeric as dust
    from plain_days
),

chain_rows as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        day,
        delta,
        null::numeric as max_magnitude
    from deltas
    join slashed using (operator_id, strategy_id)
    union all
    select operator_id, null, strategy_id, block_number, log_index, day, null, max_magnitude
    from maximum_changes
),

-- each delta is divided by the maximum in force just before it
deltas_then as (
    select
        operator_id,
        staker_id,
        strategy_id,
        day,
        delta,
        coalesce(
            min(max_magnitude) over (
                partition by operator_id, strategy_id
                order by block_number, log_index
                rows unbounded preceding
            ),
            1e18
        ) as maximum_then
    from chain_rows
),

slashed_deltas as (
    select operator_id, staker_id, strategy_id, day, delta, maximum_then
    from deltas_then
    where staker_id is not null
),

slashed_days as (
    select operator_id, staker_id, strategy_id, day from slashed_deltas
    union
    select slashed_deltas.operator_id, slashed_deltas.staker_id, slashed_deltas.strategy_id, maximum_changes.day
    from slashed_deltas
    join maximum_changes using (operator_id, strategy_id)
),

slashed_sums as (
    select
        slashed_days.operator_id,
        slashed_days.staker_id,
        slashed_days.strategy_id,
        slashed_days.day,
        slashed_deltas.maximum_then,
        sum(slashed_deltas.delta) as delta,
        sum(greatest(slashed_deltas.delta, 0)) as received,
        count(*) filter (where slashed_deltas.delta > 0) as receipts
    from slashed_days
    join slashed_deltas using (operator_id, staker_id, strategy_id)
    where slashed_deltas.day <= slashed_days.day
    group by
        slashed_days.operator_id,
        slashed_days.staker_id,
        slashed_days.strategy_id,
        slashed_days.day,
        slashed_deltas.maximum_then
),

-- the maximum only falls, so the smallest one up to a day is in force at its end
daily_maxima as (
    select distinct on (operator_id, strategy_id, day)
        operator_id,
        strategy_id,
        day,
        (
            select min(until_then.max_magnitude)
            from maximum_changes as until_then
            where
                until_then.operator_id = slashed_days.operator_id
                and until_then.strategy_id = slashed_days.strategy_id
                and until_then.day <= slashed_days.day
        ) as max_magnitude
    from slashed_days
),

-- 36 more digits keep the sum exact, which one division per row would not; the contract rounds at each
-- receipt, by up to two parts in 1e18 of all shares ever received
slashed_totals as (
    select
        slashed_sums.operator_id,
        slashed_sums.staker_id,
        slashed_sums.strategy_id,
        slashed_sums.day,
        coalesce(
            div(
                sum(
                    div(
                        coalesce(daily_maxima.max_magnitude, 1e18) * slashed_sums.delta * 1e36,
                        nullif(slashed_sums.maximum_then, 0)
                    )
                ),
                1e36
            ),
            0
        ) as shares,
        case
            when daily_maxima.max_magnitude is null then 0
            else div(2 * sum(slashed_sums.receipts) * sum(slashed_sums.received), 1e18) + 20
        end as dust
    from slashed_sums
    join daily_maxima using (operator_id, strategy_id, day)
    group by
        slashed_sums.operator_id,
        slashed_sums.staker_id,
        slashed_sums.strategy_id,
        slashed_sums.day,
        daily_maxima.max_magnitude
),

totals as (
    select operator_id, staker_id, strategy_id, day, shares, dust from plain_totals
    union all
    select operator_id, staker_id, strategy_id, day, shares, dust from slashed_totals
),

periods as (
    select
        operator_id,
        staker_id,
        strategy_id,
        totals.day as from_day,
        lead(totals.day, 1, 2147483647::bigint) over (
            partition by operator_id, staker_id, strategy_id order by totals.day
        ) as until_day,
        case when shortfalls.day <= totals.day then null else shares end as shares,
        shares <= dust and (shortfalls.day <= totals.day) is not true as is_dust
    from totals
    left join shortfalls using (operator_id, staker_id, strategy_id)
),

acts as (
    select
        operator_id,
        staker_id,
        block_number,
        log_index,
        block_timestamp / 86400 as day,
        delegation_type = 'DELEGATED' as is_delegated,
        bool_or(delegation_type <> 'DELEGATED') over (partition by operator_id, staker_id) as has_left
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

leavers as (
    select distinct operator_id, staker_id from acts where has_left
),

last_acts as (
    select distinct on (operator_id, staker_id, day) operator_id, staker_id, day, is_delegated
    from acts
    where has_left
    order by operator_id, staker_id, day, block_number desc, log_index desc
),

-- a staker counts as delegated before its first act: the source began later
delegations as (
    select
        operator_id,
        staker_id,
        day as from_day,
        lead(day, 1, 2147483647::bigint) over (partition by operator_id, staker_id order by day) as until_day,
        is_delegated
    from last_acts
    union all
    select operator_id, staker_id, 0, min(day), true from last_acts group by operator_id, staker_id
),

delegated_periods as (
    select operator_id, staker_id, strategy_id, from_day, until_day, shares, is_dust
    from periods
    where
        (shares > 0 or shares is null)
        and not exists (
            select from leavers
            where
                leavers.operator_id = periods.operator_id
                and leavers.staker_id = periods.staker_id
        )
    union all
    select
        periods.operator_id,
        periods.staker_id,
        periods.strategy_id,
        greatest(periods.from_day, delegations.from_day),
        least(periods.until_day, delegations.until_day),
        periods.shares,
        periods.is_dust
    from periods
    join delegations using (operator_id, staker_id)
    where
        (periods.shares > 0 or periods.shares is null)
        and delegations.is_delegated
        and periods.from_day < delegations.until_day
        and delegations.from_day < periods.until_day
)

select
    operator_id::text,
    staker_id::text,
    strategy_id::text,
    (date '1970-01-01' + from_day::integer)::date as from_date,
    (case when until_day < 2147483647 then date '1970-01-01' + until_day::integer end)::date
        as until_date,
    shares::numeric,
    is_dust::boolean
from delegated_periods
