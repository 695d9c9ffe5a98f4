-- Roots of the claim trees of rewards, disabled ones too.
-- Grain: one row per root.
-- Units: UTC dates, blocks, instants.

with

submitted as (
    select distinct on (root_index)
        root_index,
        root,
        rewards_calculation_end_timestamp,
        activated_at,
        block_number,
        block_timestamp
    from distribution_root_submitted_events
    where block_number <= :until_block
    order by root_index, block_number desc, log_index desc
),

disabled as (
    select root_index, min(block_number) as block_number, min(block_timestamp) as block_timestamp
    from distribution_root_disabled_events
    where block_number <= :until_block
    group by root_index
)

select
    submitted.root_index::bigint,
    submitted.root::text,
    (to_timestamp(submitted.rewards_calculation_end_timestamp) at time zone 'UTC')::date as until_date,
    submitted.block_number::bigint as submitted_block,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(submitted.block_timestamp, 4102444800))::timestamptz as submitted_at,
    to_timestamp(submitted.activated_at)::timestamptz as activates_at,
    disabled.block_number::bigint as disabled_block,
    to_timestamp(
        case when disabled.block_timestamp > 4102444800 then 4102444800 else disabled.block_timestamp end
    )::timestamptz as disabled_at
from submitted
left join disabled using (root_index)
