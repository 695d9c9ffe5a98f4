-- The stakers whose deposits are followed by steps of the stage stakers.
-- Grain: one row per staker.
-- Units: none.

select distinct staker_id from slashed_holders
