-- All actions of an operator and all actions of others that affect it.
-- Grain: one row per event of an operator; a slash includes its companion events, a forced undelegation its flag.
-- Units: by type: shares in base units, magnitudes in wads, bips, delays in blocks.

with

acts as (
    select
        operator_id,
        block_number,
        log_index,
        transaction_hash,
        block_timestamp,
        'REGISTERED' as activity_type,
        null as staker_id,
        null as strategy_id,
        null as avs_id,
        null as operator_set_id,
        null::numeric as amount
    from operator_registered_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'APPROVER_CHANGED',
        null, null, null, null, null
    from delegation_approver_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'METADATA_CHANGED',
        null, null, null, null, null
    from operator_metadata_update_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        case delegation_type when 'DELEGATED' then 'DELEGATED' else 'UNDELEGATED' end,
        staker_id, null, null, null, null
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
        and delegation_type <> 'FORCE_UNDELEGATED'
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        case event_type when 'INCREASED' then 'SHARES_INCREASED' else 'SHARES_DECREASED' end,
        staker_id, strategy_id, null, null, shares
    from operator_share_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
        and staker_id not in ('SLASHED', '0x0000000000000000000000000000000000000000')
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'ALLOCATION_DELAY_SET',
        null, null, null, null, delay
    from allocation_delay_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'ALLOCATED',
        null, strategy_id, split_part(operator_set_id, '-', 1), operator_set_id, magnitude
    from own_allocations
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'SLASHED',
        null, null, split_part(operator_set_id, '-', 1), operator_set_id, null
    from operator_slashed_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'OPERATOR_SET_JOINED',
        null, null, split_part(operator_set_id, '-', 1), operator_set_id, null
    from operator_added_to_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'OPERATOR_SET_LEFT',
        null, null, split_part(operator_set_id, '-', 1), operator_set_id, null
    from operator_removed_from_operator_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        case status when 'REGISTERED' then 'AVS_REGISTERED' else 'AVS_UNREGISTERED' end,
        null, null, avs_id, null, null
    from operator_avs_registration_status_updated_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'COMMISSION_CHANGED',
        null, null, null, null, new_operator_pi_split_bips
    from operator_pi_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'COMMISSION_CHANGED',
        null, null, avs_id, null, new_operator_avs_split_bips
    from operator_avs_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
    union all
    select
        operator_id, block_number, log_index, transaction_hash, block_timestamp,
        'COMMISSION_CHANGED',
        null, null, split_part(operator_set_id, '-', 1), operator_set_id, new_operator_set_split_bips
    from operator_set_split_bips_set_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
)

select
    operator_id::text,
    block_number::bigint,
    log_index::bigint,
    transaction_hash::text,
    activity_type::text,
    to_timestamp(block_timestamp)::timestamptz as happened_at,
    staker_id::text,
    strategy_id::text,
    avs_id::text,
    operator_set_id::text,
    amount::numeric
from acts
