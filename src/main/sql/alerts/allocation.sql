-- Allocations to operator sets that are new or higher than the one before.
-- Grain: one row per announcement of an operator, operator set and strategy.
-- Units: wads, USD of the operator's present stake.

with

announcements as (
    select
        act.operator_id,
        act.avs_id,
        act.operator_set_id,
        act.strategy_id,
        act.block_number,
        act.log_index,
        act.transaction_hash,
        act.happened_at,
        act.amount as magnitude,
        lag(act.amount) over earlier as previous_magnitude,
        lag(act.block_number) over earlier as previous_block
    from operator_activity as act
    where act.operator_id in (select unnest(:operators)) and act.activity_type = 'ALLOCATED'
    window earlier as (
        partition by act.operator_id, act.operator_set_id, act.strategy_id
        order by act.block_number, act.log_index
    )
),

-- a slash lowers an allocation without an announcement, so that a lower announcement can still raise it
compared as (
    select
        announcements.*,
        exists (
            select
            from operator_slashing_incidents as slash
            where
                slash.operator_id = announcements.operator_id
                and slash.operator_set_id = announcements.operator_set_id
                and slash.slashed_block
                between announcements.previous_block and announcements.block_number
        ) as is_slashed_since
    from announcements
    where announcements.happened_at > :from_time
)

select
    concat_ws(
        '-',
        compared.operator_id,
        compared.operator_set_id,
        compared.strategy_id,
        compared.transaction_hash,
        compared.log_index
    )::text as fact_key,
    compared.operator_id::text,
    compared.avs_id::text,
    null::text as staker_id,
    compared.block_number::bigint,
    compared.happened_at::timestamptz,
    round(state.tvs_usd * compared.magnitude / nullif(state.max_magnitude, 0), 18)::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'operatorSet', compared.operator_set_id,
        'strategy', compared.strategy_id,
        'transactionHash', compared.transaction_hash,
        'magnitude', compared.magnitude::text,
        'previousMagnitude', coalesce(compared.previous_magnitude, 0)::text,
        'isSlashedSincePrevious', compared.is_slashed_since,
        'redistributionRecipient', operator_set.redistribution_recipient,
        'usd',
        round(state.tvs_usd * compared.magnitude / nullif(state.max_magnitude, 0), 18)::text
    ) as figures,
    null::text as detail,
    ('/operators/' || compared.operator_id)::text as link
from compared
left join operator_strategy_state as state
    on state.operator_id = compared.operator_id and state.strategy_id = compared.strategy_id
left join operator_sets as operator_set on operator_set.operator_set_id = compared.operator_set_id
where
    compared.magnitude > coalesce(compared.previous_magnitude, 0)
    or (compared.magnitude > 0 and compared.is_slashed_since)
