-- Numbers of all who can be paid on a day: numbers are hashed and compared in half the time that addresses take.
-- Grain: one row per staker, operator and AVS.
-- Units: none.

with

bounds as (
    select min(reward_date) as first_date, max(reward_date) as last_date
    from submission_days
),

addresses as (
    select staker_id as earner
    from operator_delegator_share_history
    where
        from_date <= (select last_date from bounds)
        and coalesce(until_date, 'infinity') > (select first_date from bounds)
    union
    select operator_id
    from eligible_operators
    union
    select avs_id
    from submission_days
    where avs_id is not null
)

select
    earner,
    (row_number() over ())::integer as earner_number
from addresses
