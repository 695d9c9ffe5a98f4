-- What each delegator held at each slash.
-- Grain: one row per slash, strategy and staker that held more than dust then.
-- Units: shares in base units of the strategy's token, null when the history before the first event is missing.

with

-- each delta is divided by the maximum in force just before it, in parts of 1e72: rounded up, so that what divides without
-- a rest has none after it is multiplied
delta_sums as (
    select
        operator_id,
        strategy_id,
        staker_id,
        slash_number,
        min(coalesce(maximum_then, 1e18)) as maximum_then,
        sum(
            div(
                shares * 1e72 + case when shares > 0 then coalesce(maximum_then, 1e18) - 1 else 0 end,
                nullif(coalesce(maximum_then, 1e18), 0)
            )
        ) as parts,
        sum(greatest(shares, 0)) as received,
        count(*) filter (where shares > 0) as receipts,
        null::bigint as shortfall_day
    from slash_rows
    where kind = 'SHARES'
    group by operator_id, strategy_id, staker_id, slash_number
    union all
    select operator_id, strategy_id, staker_id, -1, null, 0, 0, 0, day from delegator_shortfalls
),

-- what a staker held from one of its changes to the next, as seen by the slashes between them; the contract rounds at
-- each receipt, by up to two parts in 1e18 of all shares ever received
spans as (
    select
        operator_id,
        strategy_id,
        staker_id,
        slash_number,
        lead(slash_number) over chain as next_slash_number,
        maximum_then,
        sum(parts) over chain as parts,
        div(2 * sum(receipts) over chain * sum(received) over chain, 1e18) + 20 as dust,
        min(shortfall_day) over (partition by operator_id, strategy_id, staker_id) as shortfall_day
    from delta_sums
    window chain as (partition by operator_id, strategy_id, staker_id order by slash_number)
),

slash_counts as (
    select operator_id, strategy_id, count(*) as slash_count from slashes group by operator_id, strategy_id
),

-- one row per slash and holder. Materialized: the planner, which does not know how few slashes a span has,
-- would compare each span with all slashes
seen_spans as materialized (
    select span.*, seen.slash_number as seen_number
    from spans as span
    join slash_counts using (operator_id, strategy_id)
    cross join lateral generate_series(
        span.slash_number + 1, coalesce(span.next_slash_number, slash_counts.slash_count)
    ) as seen (slash_number)
    where
        span.slash_number >= 0
        and (
            span.shortfall_day is not null
            -- later maxima are not above the one of the span, so that less is dust at all its slashes
            or div(span.maximum_then * span.parts, 1e72)
            > case when span.maximum_then = 1e18 then 0 else span.dust end
        )
),

held as (
    select
        slashes.operator_id,
        slashes.transaction_hash,
        slashes.log_index,
        slashes.strategy_id,
        span.staker_id,
        div(slashes.max_before * span.parts, 1e72) as shares_before,
        div(slashes.max_after * span.parts, 1e72) as shares_after,
        case when slashes.max_before = 1e18 then 0 else span.dust end as dust,
        coalesce(span.shortfall_day <= slashes.day, false) as is_short
    from seen_spans as span
    join slashes
        on
            slashes.operator_id = span.operator_id
            and slashes.strategy_id = span.strategy_id
            and slashes.slash_number = span.seen_number
)

select
    operator_id,
    transaction_hash,
    log_index,
    strategy_id,
    staker_id,
    case when not is_short then shares_before end as shares_before,
    case when not is_short then shares_after end as shares_after
from held
where shares_before > dust or is_short
