-- AVSs with their latest metadata.
-- Grain: one row per AVS that any event names.
-- Units: none.

with

named as (
    select avs_id
    from operator_avs_registration_status_updated_events
    where block_number <= :until_block
    union
    select avs_id from avs_metadata_update_events where block_number <= :until_block
    union
    select avs_id from avs_registrar_set_events where block_number <= :until_block
    union
    select avs_id from operator_avs_split_bips_set_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1) from operator_set_created_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1) from strategy_operator_set_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1) from operator_added_to_operator_set_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1)
    from operator_removed_from_operator_set_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1) from operator_slashed_events
    where block_number <= :until_block
    union
    select split_part(operator_set_id, '-', 1) from allocation_events
    where block_number <= :until_block
),

latest_metadata as (
    select distinct on (avs_id) avs_id, metadata_uri
    from avs_metadata_update_events
    where block_number <= :until_block
    order by avs_id, block_number desc, log_index desc
),

latest_registrar as (
    select distinct on (avs_id) avs_id, registrar
    from avs_registrar_set_events
    where block_number <= :until_block
    order by avs_id, block_number desc, log_index desc
)

select
    named.avs_id::text,
    latest_metadata.metadata_uri::text,
    latest_registrar.registrar::text
from named
left join latest_metadata using (avs_id)
left join latest_registrar using (avs_id)
