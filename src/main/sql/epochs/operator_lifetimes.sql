-- The first and last epoch in which each operator has stake, and whether it is active now.
-- Grain: one row per operator of operators_metadata.
-- Units: epochs.

select
    operators.operator_id,
    first_seen.first_epoch,
    last_seen.last_epoch,
    operators.status = 'registered'
    and last_seen.last_epoch = (select max(epoch) from epochs) as is_active
from operators_metadata as operators
cross join lateral (
    select min(epoch) as first_epoch
    from operator_shares
    where operator_id = operators.operator_id and stake_raw is not null
) as first_seen
cross join lateral (
    select max(epoch) as last_epoch
    from operator_shares
    where operator_id = operators.operator_id and stake_raw is not null
) as last_seen
