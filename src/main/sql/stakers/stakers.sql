-- Stakers that deposited, withdrew or have a pod, with an operator or without.
-- Grain: one row per staker.
-- Units: blocks, instants.

with

events as (
    select staker_id, block_number, block_timestamp from deposit_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select staker_id, block_number, block_timestamp from withdrawal_events
    where
        staker_id in (select unnest(:stakers))
        and event_type = 'QUEUED'
        and block_number <= :until_block
    union all
    select pod_owner_id, block_number, block_timestamp from pod_shares_update_events
    where pod_owner_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select owner_id, block_number, block_timestamp from pod_deployed_events
    where owner_id in (select unnest(:stakers)) and block_number <= :until_block
)

select
    staker_id::text,
    min(block_number)::bigint as first_block,
    to_timestamp(min(block_timestamp))::timestamptz as first_seen_at
from events
group by staker_id
