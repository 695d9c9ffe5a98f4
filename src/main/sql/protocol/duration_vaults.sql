-- Strategies that are duration vaults, and the time for which their stake is locked.
-- Grain: one row per vault.
-- Units: seconds, instants.

with

deployed as (
    select distinct on (strategy_id) strategy_id, avs_id, operator_set_id_num, duration
    from duration_vault_deployed_events
    where block_number <= :until_block
    order by strategy_id, block_number desc, log_index desc
),

locked as (
    select distinct on (strategy_id) strategy_id, locked_at, unlock_at
    from vault_locked_events
    where block_number <= :until_block
    order by strategy_id, block_number desc, log_index desc
)

select
    strategy_id::text,
    (deployed.avs_id || '-' || deployed.operator_set_id_num)::text as operator_set_id,
    deployed.duration::bigint as duration_seconds,
    to_timestamp(locked.locked_at)::timestamptz as locked_at,
    to_timestamp(locked.unlock_at)::timestamptz as unlock_at
from deployed
left join locked using (strategy_id)
