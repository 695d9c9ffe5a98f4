-- Operators whose figures of days stand beside their state; the stage figures fills the other columns.
-- Grain: one row per operator.
-- Units: none.

select operator_id::text
from operator_current_state
where operator_id in (select unnest(:operators))
