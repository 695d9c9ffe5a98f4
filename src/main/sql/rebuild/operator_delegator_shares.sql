-- What each delegator holds at its operator, a slash shared out among all who held then.
-- Grain: one row per operator, staker and strategy with shares, while the staker is delegated.
-- Units: shares in base units of the strategy's token, magnitudes in wads.

with

-- rows of the zero address lower the operator's total at a slash, rows of 'SLASHED' repeat them
deltas as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        case event_type when 'INCREASED' then shares else -shares end::numeric as delta
    from operator_share_events
    where
        operator_id in (select unnest(:operators))
        and block_number <= :until_block
        and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
),

maximum_changes as (
    select operator_id, strategy_id, max_magnitude::numeric, block_number, log_index
    from max_magnitude_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

-- it only falls, so the latest maximum is the least
current_maximum as (
    select operator_id, strategy_id, min(max_magnitude) as max_magnitude
    from maximum_changes
    group by operator_id, strategy_id
),

plain_holdings as (
    select
        operator_id,
        staker_id,
        strategy_id,
        sum(delta) as shares,
        0::numeric as dust
    from deltas
    where not exists (
        select from current_maximum
        where
            current_maximum.operator_id = deltas.operator_id
            and current_maximum.strategy_id = deltas.strategy_id
    )
    group by operator_id, staker_id, strategy_id
),

chain_rows as (
    select
        operator_id,
        staker_id,
        strategy_id,
        block_number,
        log_index,
        delta,
        null::numeric as max_magnitude
    from deltas
    join current_maximum using (operator_id, strategy_id)
    union all
    select operator_id, null, strategy_id, block_number, log_index, null, max_magnitude
    from maximum_changes
),

-- each delta counts by the maximum in force just before it
deltas_then as (
    select
        operator_id,
        staker_id,
        strategy_id,
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

deltas_by_maximum as (
    select
        operator_id,
        staker_id,
        strategy_id,
        maximum_then,
        sum(delta) as delta,
        sum(greatest(delta, 0)) as received,
        count(*) filter (where delta > 0) as receipts
    from deltas_then
    where staker_id is not null
    group by operator_id, staker_id, strategy_id, maximum_then
),

-- 36 more digits keep the sum exact where one division a row would not; the contract rounds at each
-- receipt, by up to two parts in 1e18 of what was ever received
slashed_holdings as (
    select
        operator_id,
        staker_id,
        strategy_id,
        coalesce(
            div(sum(div(max_magnitude * delta * 1e36, nullif(maximum_then, 0))), 1e36),
            0
        ) as shares,
        div(2 * sum(receipts) * sum(received), 1e18) + 20 as dust
    from deltas_by_maximum
    join current_maximum using (operator_id, strategy_id)
    group by operator_id, staker_id, strategy_id
),

holdings as (
    select operator_id, staker_id, strategy_id, shares, dust from plain_holdings
    union all
    select operator_id, staker_id, strategy_id, shares, dust from slashed_holdings
),

latest_acts as (
    select distinct on (operator_id, staker_id) operator_id, staker_id, delegation_type
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    order by operator_id, staker_id, block_number desc, log_index desc
)

select
    holdings.operator_id::text,
    holdings.staker_id::text,
    holdings.strategy_id::text,
    holdings.shares::numeric,
    (holdings.shares <= holdings.dust)::boolean as is_dust
from holdings
left join latest_acts using (operator_id, staker_id)
where
    holdings.shares > 0
    and coalesce(latest_acts.delegation_type, 'DELEGATED') = 'DELEGATED'
