-- Pods of stakers with validators on the beacon chain.
-- Grain: one row per owner.
-- Units: blocks, instants.

with

deployments as (
    select distinct on (owner_id)
        owner_id as staker_id,
        pod_id,
        block_number,
        block_timestamp
    from pod_deployed_events
    where owner_id in (select unnest(:stakers)) and block_number <= :until_block
    order by owner_id, block_number, log_index
),

updates as (
    select staker_id, block_number, log_index, block_timestamp
    from beacon_chain_slashing_events
    where staker_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select pod_owner_id, block_number, log_index, block_timestamp
    from pod_shares_update_events
    where pod_owner_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select pod_owner_id, block_number, log_index, block_timestamp
    from beacon_chain_deposit_events
    where pod_owner_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select pod_owner_id, block_number, log_index, block_timestamp
    from beacon_chain_eth_withdrawal_completed_events
    where pod_owner_id in (select unnest(:stakers)) and block_number <= :until_block
    union all
    select staker_id, block_number, -1, block_timestamp
    from deployments
),

last_updates as (
    select distinct on (staker_id) staker_id, block_number, block_timestamp
    from updates
    order by staker_id, block_number desc, log_index desc
)

select
    last_updates.staker_id::text,
    deployments.pod_id::text,
    deployments.block_number::bigint as deployed_block,
    to_timestamp(deployments.block_timestamp)::timestamptz as deployed_at,
    last_updates.block_number::bigint as last_update_block,
    to_timestamp(last_updates.block_timestamp)::timestamptz as last_updated_at
from last_updates
left join deployments using (staker_id)
