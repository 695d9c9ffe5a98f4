-- Stakers that are delegated to several operators at once.
-- Grain: one row per staker.
-- Units: counts.

select staker_id, count(*) as operators, min(operator_id) as one, max(operator_id) as another
from operator_delegators
where is_delegated
group by staker_id
having count(*) > 1
