-- Shares that stakers added while they had no operator: by deposits, by withdrawals completed as shares, by pods.
-- Grain: one row per event.
-- Units: shares in base units of the strategy's token; native ETH in wei.

with

added as (
    select
        staker_id,
        strategy_id,
        shares,
        block_number,
        log_index,
        block_timestamp,
        transaction_hash
    from deposit_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select
        pod_owner_id,
        '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0',
        shares_delta,
        block_number,
        log_index,
        block_timestamp,
        transaction_hash
    from pod_shares_update_events
    where
        pod_owner_id in (select unnest(:stakers))
        and update_type = 'SHARES_UPDATED'
        and shares_delta > 0
        and block_number <= :until_block
),

-- the contracts report the shares to the operator one to three logs after the deposit:
-- the pod's total and the scaling factor come between
identified as (
    select
        added.*,
        array [
            transaction_hash || '-' || (log_index + 1)::text,
            transaction_hash || '-' || (log_index + 2)::text,
            transaction_hash || '-' || (log_index + 3)::text
        ] as next_logs
    from added
)

select
    '0x0000000000000000000000000000000000000000'::text as operator_id,
    block_number::bigint,
    log_index::bigint,
    staker_id::text,
    strategy_id::text,
    shares::numeric,
    to_timestamp(block_timestamp)::timestamptz as deposited_at,
    transaction_hash::text
from identified
where not exists (
    select from operator_share_events as increase
    where
        increase.id = any(identified.next_logs)
        and increase.staker_id = identified.staker_id
        and increase.strategy_id = identified.strategy_id
        and increase.event_type = 'INCREASED'
        -- these came with a delegation that followed the deposit
        and not exists (
            select from staker_delegation_events as delegation
            where
                delegation.id = any(identified.next_logs)
                and delegation.staker_id = identified.staker_id
                and delegation.log_index < increase.log_index
        )
)
