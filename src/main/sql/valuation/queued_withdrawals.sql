-- Value of what is left of queued withdrawals.
-- Grain: one row per operator and withdrawal.
-- Units: USD.

with

parts as (
    select
        operator_id,
        withdrawal_root,
        count(*) as parts,
        count(current_usd) as valued,
        count(*) filter (where current_shares is null) as unknown,
        sum(current_usd) as current_usd
    from queued_withdrawal_shares
    where operator_id in (select unnest(:operators)) and is_queued
    group by operator_id, withdrawal_root
)

select
    withdrawals.operator_id::text,
    withdrawals.withdrawal_root::text,
    (case
        when withdrawals.completed_block is null and parts.parts is null then 0
        else parts.current_usd
    end)::numeric as current_usd,
    (case
        when withdrawals.completed_block is not null then 'WITHDRAWAL_COMPLETED'
        when parts.parts is null or parts.valued = parts.parts then 'VALUED'
        when parts.valued > 0 then 'PARTLY_VALUED'
        when parts.unknown > 0 then 'UNKNOWN_SHARES'
        else 'MISSING_PRICE'
    end)::text as current_usd_status
from queued_withdrawals as withdrawals
left join parts using (operator_id, withdrawal_root)
where withdrawals.operator_id in (select unnest(:operators))
