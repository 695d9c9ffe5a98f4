-- How many rows the lists over all operators have without a filter.
-- Grain: one row per list.
-- Units: rows.

select list::text, row_count::bigint
from (
    select 'operators' as list, count(*) as row_count from operator_current_state
    union all
    select 'delegators', count(*) from (select distinct staker_id from operator_delegators) as stakers
    union all
    select 'queuedWithdrawals', count(*) from queued_withdrawals
    union all
    select 'slashingIncidents', count(*) from operator_slashing_incidents
    union all
    select 'commissionChanges', count(*) from operator_commission_history
    union all
    select 'activity', count(*) from operator_activity
) as counted
