-- What became of slashed shares.
-- Grain: one row per operator set, slash and strategy.
-- Units: shares in base units of the strategy's token, blocks, instants.

with

taken as (
    select
        operator_set_id,
        slash_id,
        strategy_id,
        sum(shares) as shares,
        min(transaction_hash) as transaction_hash,
        min(log_index) as log_index,
        min(block_number) as block_number,
        min(block_timestamp) as block_timestamp
    from burn_or_redistributable_shares_increased_events
    where block_number <= :until_block
    group by operator_set_id, slash_id, strategy_id
),

-- the slash follows its amounts in the transaction and does not name its id
slashes as (
    select distinct on (taken.operator_set_id, taken.slash_id, taken.strategy_id)
        taken.operator_set_id,
        taken.slash_id,
        taken.strategy_id,
        slashed.operator_id,
        slashed.log_index
    from taken
    join operator_slashed_events as slashed
        on slashed.transaction_hash = taken.transaction_hash
        and slashed.operator_set_id = taken.operator_set_id
        and slashed.log_index > taken.log_index
    order by taken.operator_set_id, taken.slash_id, taken.strategy_id, slashed.log_index
),

settled as (
    select
        operator_set_id,
        slash_id,
        strategy_id,
        sum(shares) as shares,
        max(block_number) as block_number,
        max(block_timestamp) as block_timestamp
    from burn_or_redistributable_shares_decreased_events
    where block_number <= :until_block
    group by operator_set_id, slash_id, strategy_id
),

resolutions as (
    select operator_set_id, slash_id, max(resolution_block) as resolution_block
    from slash_resolution_block_set_events
    where block_number <= :until_block
    group by operator_set_id, slash_id
),

recipients as (
    select distinct on (operator_set_id)
        operator_set_id,
        nullif(redistribution_recipient, '0x00000000000000000000000000000000000e16e4') as recipient
    from redistribution_address_set_events
    where block_number <= :until_block
    order by operator_set_id, block_number desc, log_index desc
),

sums as (
    select
        taken.*,
        taken.shares - coalesce(settled.shares, 0) as unsettled_shares,
        coalesce(settled.shares, 0) as settled_shares,
        settled.block_number as settled_block,
        settled.block_timestamp as settled_time
    from taken
    left join settled using (operator_set_id, slash_id, strategy_id)
)

select
    operator_set_id::text,
    slash_id::numeric,
    strategy_id::text,
    slashes.operator_id::text,
    sums.transaction_hash::text,
    slashes.log_index::bigint,
    sums.block_number::bigint as slashed_block,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(sums.block_timestamp, 4102444800))::timestamptz as slashed_at,
    sums.shares::numeric,
    sums.settled_shares::numeric,
    sums.unsettled_shares::numeric,
    (recipients.recipient is not null)::boolean as is_redistributing,
    recipients.recipient::text,
    -- slashes before the delay have block 0
    nullif(resolutions.resolution_block, 0)::bigint as resolution_block,
    sums.settled_block::bigint,
    to_timestamp(
        case when sums.settled_time > 4102444800 then 4102444800 else sums.settled_time end
    )::timestamptz as settled_at,
    (case
        when sums.unsettled_shares = 0 and recipients.recipient is null then 'BURNED'
        when sums.unsettled_shares = 0 then 'REDISTRIBUTED'
        when resolutions.resolution_block > :until_block then 'PENDING'
        else 'CLEARABLE'
    end)::text as status
from sums
left join slashes using (operator_set_id, slash_id, strategy_id)
left join resolutions using (operator_set_id, slash_id)
left join recipients using (operator_set_id)
