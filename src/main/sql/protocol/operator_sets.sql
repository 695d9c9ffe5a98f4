-- Operator sets of all AVSs, who may slash them, and who gets what is slashed.
-- Grain: one row per operator set that any event names.
-- Units: instants, blocks.

with

named as (
    select operator_set_id from operator_set_created_events where block_number <= :until_block
    union
    select operator_set_id from operator_added_to_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from operator_removed_from_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from strategy_operator_set_events where block_number <= :until_block
    union
    select operator_set_id from redistribution_address_set_events where block_number <= :until_block
    union
    select operator_set_id from allocation_events where block_number <= :until_block
    union
    select operator_set_id from operator_slashed_events where block_number <= :until_block
    union
    select operator_set_id from operator_set_split_bips_set_events where block_number <= :until_block
    union
    select operator_set_id from slasher_updated_events where block_number <= :until_block
    union
    select operator_set_id from slasher_migrated_events where block_number <= :until_block
),

creations as (
    select operator_set_id, min(block_timestamp) as created
    from operator_set_created_events
    where block_number <= :until_block
    group by operator_set_id
),

latest_recipients as (
    select distinct on (operator_set_id) operator_set_id, redistribution_recipient
    from redistribution_address_set_events
    where block_number <= :until_block
    order by operator_set_id, block_number desc, log_index desc
),

current_slashers as (
    select distinct on (operator_set_id) operator_set_id, slasher
    from slasher_changes
    where is_standing and effect_block <= :until_block
    order by operator_set_id, block_number desc, log_index desc
),

pending_slashers as (
    select operator_set_id, slasher, effect_block
    from slasher_changes
    where is_standing and effect_block > :until_block
),

source as (
    select has_table_privilege(to_regclass('slasher_updated_events'), 'select') is true as has_slashers
)

select
    named.operator_set_id::text,
    split_part(named.operator_set_id, '-', 1)::text as avs_id,
    split_part(named.operator_set_id, '-', 2)::bigint as number,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(
        case when creations.created > 4102444800 then 4102444800 else creations.created end
    )::timestamptz as created_at,
    latest_recipients.redistribution_recipient::text,
    (
        coalesce(latest_recipients.redistribution_recipient, '0x00000000000000000000000000000000000e16e4')
        <> '0x00000000000000000000000000000000000e16e4'
    )::boolean as is_redistributing,
    (case
        when source.has_slashers
            then coalesce(current_slashers.slasher, split_part(named.operator_set_id, '-', 1))
    end)::text as slasher,
    (case
        when not source.has_slashers then 'UNKNOWN'
        when current_slashers.slasher is null then 'AVS_DEFAULT'
        else 'EVENT'
    end)::text as slasher_source,
    pending_slashers.slasher::text as pending_slasher,
    pending_slashers.effect_block::bigint as pending_slasher_effect_block
from named
cross join source
left join creations using (operator_set_id)
left join latest_recipients using (operator_set_id)
left join current_slashers using (operator_set_id)
left join pending_slashers using (operator_set_id)
