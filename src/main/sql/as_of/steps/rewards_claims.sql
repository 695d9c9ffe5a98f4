-- Claims of rewards of :operators, which are any earners, up to a block.
-- Grain: one row per claim of one token.
-- Units: base units of the token, blocks, instants.

select *
from rewards_claims
where earner = any(:operators) and claimed_block <= :until_block
