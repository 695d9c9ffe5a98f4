-- When each staker was delegated to an operator, as far as was known at the end of a day.
-- Grain: one row per operator, staker and period that had begun.
-- Units: blocks, instants.

select
    operator_id::text,
    staker_id::text,
    delegated_block::bigint,
    delegated_log_index::bigint,
    delegated_at::timestamptz,
    (case when undelegated_block <= :until_block then undelegated_block end)::bigint as undelegated_block,
    (case when undelegated_block <= :until_block then undelegated_log_index end)::bigint
        as undelegated_log_index,
    (case when undelegated_block <= :until_block then undelegated_at end)::timestamptz
        as undelegated_at,
    coalesce(was_forced and undelegated_block <= :until_block, false)::boolean as was_forced
from operator_delegator_history
where operator_id in (select unnest(:operators)) and delegated_block <= :until_block
