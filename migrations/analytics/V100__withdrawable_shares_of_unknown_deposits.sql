-- What can be withdrawn of deposits that are not known is not known; greatest took a null as 0.

create or replace function withdrawable_shares(
    deposit_shares numeric, deposit_scaling_factor numeric, max_magnitude numeric, beacon_chain_factor numeric
) returns numeric
language sql immutable parallel safe
return div(
    div(case when deposit_shares < 0 then 0 else deposit_shares end * deposit_scaling_factor, 1e18)
    * div(max_magnitude * beacon_chain_factor, 1e18),
    1e18
);
