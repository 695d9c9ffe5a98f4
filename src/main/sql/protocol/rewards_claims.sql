-- Claims of rewards from the block from which they may have changed.
-- Grain: one row per claim of one token.
-- Units: base units of the token, blocks, instants.

select
    transaction_hash::text,
    log_index::bigint,
    lower(earner)::text as earner,
    lower(token)::text as token,
    claimed_amount::numeric as amount,
    lower(claimer)::text as claimer,
    lower(recipient)::text as recipient,
    root::text,
    block_number::bigint as claimed_block,
    -- cuts an impossible time to the year 2100; a check reports it
    to_timestamp(least(block_timestamp, 4102444800))::timestamptz as claimed_at
from rewards_claimed_events
where block_number <= :until_block and block_number >= :from_block
