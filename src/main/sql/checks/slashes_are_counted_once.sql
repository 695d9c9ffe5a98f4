-- Operators whose overview and incidents count different slashes.
-- Grain: one row per operator.
-- Units: counts.

with

incidents as (
    select operator_id, count(*) as incidents from operator_slashing_incidents group by operator_id
)

select
    operator_id,
    operator_current_state.total_slash_events,
    coalesce(incidents.incidents, 0) as incidents
from operator_current_state
left join incidents using (operator_id)
where operator_current_state.total_slash_events <> coalesce(incidents.incidents, 0)
