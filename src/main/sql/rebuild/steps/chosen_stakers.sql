-- The stakers whose deposits are needed.
-- Grain: one row per staker.
-- Units: none.

select distinct staker_id from slashed_holders
