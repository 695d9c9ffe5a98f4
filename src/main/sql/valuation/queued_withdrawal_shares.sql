-- Value of what is left of the parts of queued withdrawals.
-- Grain: one row per operator, withdrawal and place of the strategy in it.
-- Units: USD.

with

valued as (
    select
        parts.operator_id,
        parts.withdrawal_root,
        parts.place,
        parts.is_queued,
        parts.current_shares,
        case
            when parts.is_queued
                then usd_value(parts.current_shares, strategy_quotes.usd_per_share_unit)
        end as current_usd
    from queued_withdrawal_shares as parts
    left join strategy_quotes using (strategy_id)
    where parts.operator_id in (select unnest(:operators))
)

select
    operator_id::text,
    withdrawal_root::text,
    place::integer,
    current_usd::numeric,
    (case
        when not is_queued then 'WITHDRAWAL_COMPLETED'
        when current_usd is not null then 'VALUED'
        when current_shares is null then 'UNKNOWN_SHARES'
        else 'MISSING_PRICE'
    end)::text as current_usd_status
from valued
