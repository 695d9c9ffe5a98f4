-- Slashes of operators.
-- Grain: one row per slash.
-- Units: wads, base units, USD.

with

losses as (
    select
        amount.operator_id,
        amount.transaction_hash,
        amount.log_index,
        sum(amount.slashed_usd) as usd,
        count(*) filter (where amount.slashed_usd is null) as unpriced_count,
        jsonb_agg(
            jsonb_build_object(
                'strategy', amount.strategy_id,
                'wadSlashed', amount.wad_slashed::text,
                'shares', amount.shares::text,
                'usd', amount.slashed_usd::text
            )
            order by amount.strategy_id
        ) as strategies
    from operator_slashing_amounts as amount
    where amount.operator_id in (select unnest(:operators))
    group by amount.operator_id, amount.transaction_hash, amount.log_index
)

select
    concat_ws('-', slash.operator_id, slash.transaction_hash, slash.log_index)::text as fact_key,
    slash.operator_id::text,
    split_part(slash.operator_set_id, '-', 1)::text as avs_id,
    null::text as staker_id,
    slash.slashed_block::bigint as block_number,
    slash.slashed_at::timestamptz as happened_at,
    losses.usd::numeric,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'operatorSet', slash.operator_set_id,
        'transactionHash', slash.transaction_hash,
        'description', slash.description,
        'redistributionRecipient', operator_set.redistribution_recipient,
        'usd', losses.usd::text,
        'unpricedStrategies', coalesce(losses.unpriced_count, 0),
        'strategies', coalesce(losses.strategies, '[]')
    ) as figures,
    null::text as detail,
    (
        '/slashes?operator=' || slash.operator_id
        || '&avs=' || split_part(slash.operator_set_id, '-', 1)
    )::text as link
from operator_slashing_incidents as slash
left join losses
    on losses.operator_id = slash.operator_id
    and losses.transaction_hash = slash.transaction_hash
    and losses.log_index = slash.log_index
left join operator_sets as operator_set on operator_set.operator_set_id = slash.operator_set_id
where slash.operator_id in (select unnest(:operators)) and slash.slashed_at > :from_time
