-- Total value of an operator's shares, the times of its quotes, and the part that has no price or is unknown.
-- Grain: one row per operator.
-- Units: USD.

with

holdings as (
    select
        operator_strategy_state.operator_id,
        count(*) as strategies,
        count(operator_strategy_state.tvs_usd) as valued,
        count(*) filter (where operator_strategy_state.shares is null) as unknown,
        sum(operator_strategy_state.tvs_usd) as tvs_usd,
        max(greatest(strategy_quotes.price_at, strategy_quotes.rate_at))
            filter (where operator_strategy_state.tvs_usd is not null) as newest_quote,
        -- a fixed or assumed rate has no instant and counts for neither
        min(least(strategy_quotes.price_at, strategy_quotes.rate_at))
            filter (where operator_strategy_state.tvs_usd is not null) as oldest_quote
    from operator_strategy_state
    left join strategy_quotes using (strategy_id)
    where
        operator_strategy_state.operator_id in (select unnest(:operators))
        and (operator_strategy_state.shares > 0 or operator_strategy_state.shares is null)
    group by operator_strategy_state.operator_id
)

select
    operator_current_state.operator_id::text,
    (case when holdings.strategies is null then 0 else holdings.tvs_usd end)::numeric as total_tvs,
    holdings.newest_quote::timestamptz as tvs_updated_at,
    holdings.oldest_quote::timestamptz as tvs_oldest_quote_at,
    tvs_status(holdings.strategies, holdings.valued, holdings.unknown)::text as tvs_status,
    coalesce(holdings.strategies - holdings.valued - holdings.unknown, 0)::integer
        as unpriced_strategy_count,
    coalesce(holdings.unknown, 0)::integer as unknown_strategy_count
from operator_current_state
left join holdings using (operator_id)
where operator_current_state.operator_id in (select unnest(:operators))
