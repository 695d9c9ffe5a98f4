-- Periods in which stakers that once left were delegated, and in which they were not.
-- Grain: one row per operator, staker and period.
-- Units: days since 1970.

with

acts as (
    select
        operator_id,
        staker_id,
        block_number,
        log_index,
        block_timestamp / 86400 as day,
        delegation_type = 'DELEGATED' as is_delegated,
        bool_or(delegation_type <> 'DELEGATED') over (partition by operator_id, staker_id) as has_left
    from staker_delegation_events
    where operator_id in (select unnest(:operators)) and block_number <= :until_block
),

last_acts as (
    select distinct on (operator_id, staker_id, day) operator_id, staker_id, day, is_delegated
    from acts
    where has_left
    order by operator_id, staker_id, day, block_number desc, log_index desc
)

-- a staker counts as delegated before its first act: the source began later
select
    operator_id,
    staker_id,
    day as from_day,
    lead(day, 1, 2147483647::bigint) over (partition by operator_id, staker_id order by day) as until_day,
    is_delegated
from last_acts
union all
select operator_id, staker_id, 0, min(day), true from last_acts group by operator_id, staker_id
