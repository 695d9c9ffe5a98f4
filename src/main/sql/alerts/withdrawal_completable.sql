-- Queued withdrawals that can be completed, or could be before they were.
-- Grain: one row per withdrawal.
-- Units: USD of what is left of it after slashes; of a completed one, of what it was worth then, at the newest prices.

select
    concat_ws('-', withdrawal.operator_id, withdrawal.withdrawal_root)::text as fact_key,
    nullif(withdrawal.operator_id, '0x0000000000000000000000000000000000000000')::text as operator_id,
    null::text as avs_id,
    withdrawal.staker_id::text,
    withdrawal.completable_at_block::bigint as block_number,
    withdrawal.completable_at::timestamptz as happened_at,
    coalesce(withdrawal.current_usd, completed.usd)::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'withdrawalRoot', withdrawal.withdrawal_root,
        'withdrawer', withdrawal.withdrawer,
        'usd', coalesce(withdrawal.current_usd, completed.usd)::text,
        'usdStatus', withdrawal.current_usd_status,
        'isTimeEstimated', withdrawal.is_completable_at_estimated,
        'completedAt', to_char(withdrawal.completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    ) as figures,
    null::text as detail,
    ('/delegators/' || withdrawal.staker_id)::text as link
from queued_withdrawals as withdrawal
left join lateral (
    select sum(usd_value(parts.current_shares, strategy_quotes.usd_per_share_unit)) as usd
    from queued_withdrawal_shares as parts
    join strategy_quotes using (strategy_id)
    where
        withdrawal.completed_block is not null
        and parts.operator_id = withdrawal.operator_id
        and parts.withdrawal_root = withdrawal.withdrawal_root
) as completed on true
where
    withdrawal.completable_at_block <= (select max(safe_block) from pipeline_checkpoints)
    and withdrawal.completable_at > :from_time
