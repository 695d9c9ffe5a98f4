-- Slashers that operator sets announced to replace.
-- Grain: one row per operator set and announced slasher.
-- Units: blocks.

select
    concat_ws('-', change.operator_set_id, change.slasher, change.effect_block)::text as fact_key,
    null::text as operator_id,
    operator_set.avs_id::text,
    null::text as staker_id,
    change.announced_block::bigint as block_number,
    change.announced_at::timestamptz as happened_at,
    null::numeric as usd,
    null::numeric as percent,
    null::numeric as percent_before,
    null::integer as days,
    null::integer as hours,
    jsonb_build_object(
        'operatorSet', change.operator_set_id,
        'slasher', change.slasher_before,
        'pendingSlasher', change.slasher,
        'effectBlock', change.effect_block::text,
        'isReplaced', not change.is_standing,
        'redistributionRecipient', operator_set.redistribution_recipient
    ) as figures,
    null::text as detail,
    ('/avs/' || operator_set.avs_id)::text as link
from operator_set_slasher_history as change
join operator_sets as operator_set using (operator_set_id)
where change.announced_at > :from_time and change.slasher <> change.slasher_before
