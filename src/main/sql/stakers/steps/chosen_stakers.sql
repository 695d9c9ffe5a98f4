-- The stakers being rebuilt.
-- Grain: one row per staker.
-- Units: none.

select unnest(:stakers) as staker_id
