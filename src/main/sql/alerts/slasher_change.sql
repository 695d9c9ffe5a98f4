-- Slashers of operator sets that are to be replaced.
-- Grain: one row per operator set and announced slasher.
-- Units: blocks; the instant is the one that the state is as of.

select
    concat_ws(
        '-',
        operator_set.operator_set_id,
        operator_set.pending_slasher,
        operator_set.pending_slasher_effect_block
    )::text as fact_key,
    null::text as operator_id,
    operator_set.avs_id::text,
    null::text as staker_id,
    operator_set.pending_slasher_effect_block::bigint as block_number,
    checkpoint.safe_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'operatorSet', operator_set.operator_set_id,
        'slasher', operator_set.slasher,
        'pendingSlasher', operator_set.pending_slasher,
        'effectBlock', operator_set.pending_slasher_effect_block::text,
        'redistributionRecipient', operator_set.redistribution_recipient
    ) as figures,
    null::text as detail,
    ('/avs/' || operator_set.avs_id)::text as link
from operator_sets as operator_set
cross join (select max(safe_at) as safe_at from pipeline_checkpoints) as checkpoint
where operator_set.pending_slasher is not null and checkpoint.safe_at > :from_time
