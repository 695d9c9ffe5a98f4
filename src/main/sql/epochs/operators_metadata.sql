-- Operators that documents of the affected epochs name.
-- Grain: one row per operator.
-- Units: none.

select distinct operator_id
from affected_epochs
join operator_share_prices using (epoch)
