-- What submissions paid :operators and their stakers for days, as added by the end of the last day that was over at an instant.
-- Grain: one row per submission, day that it pays and operator.
-- Units: base units of the token, bips, UTC dates.

select *
from operator_daily_rewards
where
    operator_id = any(:operators)
    and snapshot_date < ((:chain_time + interval '1 second') at time zone 'UTC')::date
