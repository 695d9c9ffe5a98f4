-- What is delegated to an operator in each strategy.
-- Grain: one row per operator and strategy that share events name.
-- Units: base units of the strategy's token.

-- a slash is a row of the zero address and counts; the loader repeats it as 'SLASHED', which does not
select
    operator_id::text,
    strategy_id::text,
    sum(case event_type when 'INCREASED' then shares else -shares end)::numeric as shares
from operator_share_events
where
    operator_id in (select unnest(:operators))
    and block_number <= :until_block
    and staker_id <> 'SLASHED'
group by operator_id, strategy_id
