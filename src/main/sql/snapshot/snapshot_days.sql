-- Days that have a snapshot; views read the rows of days from periods by them.
-- Grain: one row, the day.
-- Units: UTC days.

select :day::date as snapshot_date
