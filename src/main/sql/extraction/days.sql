-- Which UTC days the source has events of, and between which blocks.
-- Grain: one row per day.
-- Units: blocks, unix seconds; days counted from 1970.

with

blocks as (
    select block_number, block_timestamp from operator_registered_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from delegation_approver_updated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_metadata_update_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_share_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from staker_delegation_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from staker_force_undelegated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_shares_slashed_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from allocation_delay_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from allocation_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from encumbered_magnitude_updated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from max_magnitude_updated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_slashed_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_added_to_operator_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_removed_from_operator_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_avs_registration_status_updated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_avs_split_bips_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_pi_split_bips_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_set_split_bips_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from deposit_scaling_factor_updated_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from withdrawal_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from avs_registrar_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from avs_metadata_update_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from operator_set_created_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from strategy_operator_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from redistribution_address_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from default_operator_split_bips_set_events where block_number <= :until_block
    union all
    select block_number, block_timestamp from deposit_events where block_number <= :until_block
)

select
    (date '1970-01-01' + (block_timestamp / 86400)::integer)::date as day,
    min(block_number)::bigint as first_block,
    max(block_number)::bigint as last_block,
    max(block_timestamp)::bigint as last_timestamp
from blocks
-- a time that cannot be stops the rebuild of its operator alone
where block_timestamp / 86400 between 0 and 2932896
group by block_timestamp / 86400
order by day
