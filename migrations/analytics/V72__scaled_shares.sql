-- Delegators' shares as the contracts store them, where slashes make rounding matter.

create table operator_delegator_scaled_shares (
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    scaled_shares numeric not null,
    beacon_chain_factor numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, staker_id, strategy_id)
) with (fillfactor = 85);
comment on table operator_delegator_scaled_shares is 'Deposits times scaling factor of delegators, in strategies whose maximum magnitude or beacon chain factor ever fell; elsewhere they are the shares.';
comment on column operator_delegator_scaled_shares.scaled_shares is 'base units: deposit shares * deposit scaling factor / 10^18, rounded down';
comment on column operator_delegator_scaled_shares.beacon_chain_factor is 'wad; 10^18 for other strategies than native ETH';

create function withdrawable_shares(
    scaled_shares numeric, max_magnitude numeric, beacon_chain_factor numeric
) returns numeric
language sql immutable parallel safe
return div(scaled_shares * div(max_magnitude * beacon_chain_factor, 1e18), 1e18);
comment on function withdrawable_shares(numeric, numeric, numeric) is 'Shares in base units that a delegator could withdraw, rounded as the contracts round.';

-- the next run rebuilds all operators
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
