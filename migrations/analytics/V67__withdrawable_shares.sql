-- What stakers can withdraw, delegated or not.

create table staker_strategy_shares (
    staker_id text not null,
    strategy_id text not null,
    deposit_shares numeric,
    deposit_shares_status text not null,
    deposit_scaling_factor numeric not null,
    beacon_chain_factor numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (staker_id, strategy_id)
) with (fillfactor = 85);
comment on table staker_strategy_shares is 'What stakers deposited and did not queue for withdrawal, with an operator or without.';
comment on column staker_strategy_shares.deposit_shares is 'base units as deposited, before any slash; negative for a pod in debt; null when deposit_shares_status is not KNOWN';
comment on column staker_strategy_shares.deposit_shares_status is 'KNOWN, PARTIAL_HISTORY, UNKNOWN_SCALED_SHARES or UNKNOWN_POD_SHARES';
comment on column staker_strategy_shares.deposit_scaling_factor is 'wad: withdrawable shares per deposit share before the slashes of the operator and the beacon chain';
comment on column staker_strategy_shares.beacon_chain_factor is 'wad: what the beacon chain left of native ETH; null for other strategies, and when the source lacks the events';
create index on staker_strategy_shares (strategy_id);

create function withdrawable_shares(
    deposit_shares numeric, deposit_scaling_factor numeric, max_magnitude numeric, beacon_chain_factor numeric
) returns numeric
language sql immutable parallel safe
return div(
    div(greatest(deposit_shares, 0) * deposit_scaling_factor, 1e18)
    * div(max_magnitude * beacon_chain_factor, 1e18),
    1e18
);
comment on function withdrawable_shares(numeric, numeric, numeric, numeric) is 'Base units that a staker can withdraw, rounded as getWithdrawableShares rounds: deposit shares, and three factors in wads. Null when one is not known.';

-- the next run rebuilds all stakers
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
