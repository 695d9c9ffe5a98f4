-- What days added to the rewards of AVSs or strategies, by the end of the last day that was over at an instant.
-- Grain: one row per end of a day, subject, paid day, kind and token.
-- Units: base units of the token, UTC dates.

select *
from daily_reward_sums
where
    subject_id = any(:operators)
    and snapshot_date < ((:chain_time + interval '1 second') at time zone 'UTC')::date
