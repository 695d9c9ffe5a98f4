-- What was delegated to an operator in each strategy at the end of each day.
-- Grain: one row per operator, strategy and the days between two with share events.
-- Units: shares in base units of the strategy's token; UTC dates.

with

-- a slash is a row of the zero address and counts; the loader repeats it as 'SLASHED', which does not
days as (
    select
        operator_id,
        strategy_id,
        block_timestamp / 86400 as day,
        sum(case event_type when 'INCREASED' then shares else -shares end) as delta
    from operator_share_events
    where
        operator_id in (select unnest(:operators))
        and block_number <= :until_block
        and staker_id <> 'SLASHED'
    group by operator_id, strategy_id, block_timestamp / 86400
)

select
    operator_id::text,
    strategy_id::text,
    (date '1970-01-01' + day::integer)::date as from_date,
    (date '1970-01-01' + lead(day) over strategy_days::integer)::date as until_date,
    (sum(delta) over strategy_days)::numeric as shares
from days
window strategy_days as (partition by operator_id, strategy_id order by day)
