-- Windows of yields, which end on the day.
-- Grain: one row per window.
-- Units: UTC dates.

select window_days, :day - window_days + 1 as first_date
from (values (7), (30)) as asked (window_days)
