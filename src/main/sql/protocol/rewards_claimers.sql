-- Who may claim for an earner that named someone.
-- Grain: one row per earner.
-- Units: instants.

with

latest as (
    select distinct on (earner) earner, claimer, block_timestamp
    from claimer_for_set_events
    where block_number <= :until_block
    order by earner, block_number desc, log_index desc
)

select
    lower(earner)::text as earner,
    lower(claimer)::text as claimer,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as set_at
from latest
where claimer <> '0x0000000000000000000000000000000000000000'
