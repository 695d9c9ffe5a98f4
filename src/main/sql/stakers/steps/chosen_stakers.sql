-- The stakers being rebuilt. The stage rebuild chooses others for the same steps.
-- Grain: one row per staker.
-- Units: none.

select unnest(:stakers) as staker_id
