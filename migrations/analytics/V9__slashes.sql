-- Slashes: what they took, of whom, and what became of it.

create table operator_slashing_incidents (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    operator_set_id text not null,
    slashed_block bigint not null,
    slashed_at timestamptz not null,
    description text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index)
) with (fillfactor = 85);
comment on table operator_slashing_incidents is 'Every slash; two in one transaction are two.';
create index on operator_slashing_incidents (
    split_part(operator_set_id, '-', 1),
    slashed_block desc,
    log_index desc,
    transaction_hash desc,
    operator_id desc
);
create index on operator_slashing_incidents (slashed_block, log_index);

create table operator_slashing_amounts (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    strategy_id text not null,
    wad_slashed numeric not null,
    shares numeric,
    cumulative_wad_slashed numeric not null,
    slashed_usd numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index, strategy_id)
);
comment on table operator_slashing_amounts is 'What each slash took of each strategy.';
comment on column operator_slashing_amounts.wad_slashed is 'wad: part of the operator''s whole delegated stake in the strategy';
comment on column operator_slashing_amounts.shares is 'base units, the withdrawal queue included; 0 for a slash of nothing, null when the source has no row of it';
comment on column operator_slashing_amounts.cumulative_wad_slashed is 'wad: 1 less the product of what every slash so far left';
comment on column operator_slashing_amounts.slashed_usd is 'USD at the last quote before the slash, rounded to 18 decimals; null when there was none or shares are unknown';

create table operator_slash_losses (
    operator_id text not null,
    transaction_hash text not null,
    log_index bigint not null,
    strategy_id text not null,
    staker_id text not null,
    shares_before numeric,
    shares_lost numeric,
    queued_before numeric,
    queued_lost numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, transaction_hash, log_index, strategy_id, staker_id)
) with (fillfactor = 85);
comment on table operator_slash_losses is 'What each slash took of each delegator of the operator.';
comment on column operator_slash_losses.shares_before is 'base units that it held before the slash; null when a part of its history is missing';
comment on column operator_slash_losses.shares_lost is 'base units that the slash took of them; null like shares_before';
comment on column operator_slash_losses.queued_before is 'base units in its slashable withdrawals before the slash; null when their scaled shares are not known';
comment on column operator_slash_losses.queued_lost is 'base units that the slash took of them; null like queued_before';
create index on operator_slash_losses (staker_id);

create table slash_settlements (
    operator_set_id text not null,
    slash_id numeric not null,
    strategy_id text not null,
    operator_id text,
    transaction_hash text not null,
    log_index bigint,
    slashed_block bigint not null,
    slashed_at timestamptz not null,
    shares numeric not null,
    settled_shares numeric not null,
    unsettled_shares numeric not null,
    is_redistributing boolean not null,
    recipient text,
    resolution_block bigint,
    settled_block bigint,
    settled_at timestamptz,
    status text not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_set_id, slash_id, strategy_id)
) with (fillfactor = 85);
comment on table slash_settlements is 'Slashed shares until they are burned or redistributed. Native ETH has no rows: it is only counted.';
comment on column slash_settlements.slash_id is 'counts from 1 per operator set';
comment on column slash_settlements.operator_id is 'the slashed operator; null when the source has no OperatorSlashed of it';
comment on column slash_settlements.transaction_hash is 'of the slash';
comment on column slash_settlements.log_index is 'of its OperatorSlashed; null when the source has none';
comment on column slash_settlements.shares is 'base units: what the slash took, the withdrawal queue included';
comment on column slash_settlements.settled_shares is 'base units that were burned or sent to the recipient';
comment on column slash_settlements.unsettled_shares is 'base units, shares - settled_shares';
comment on column slash_settlements.recipient is 'who receives the shares; null when they are burned';
comment on column slash_settlements.resolution_block is 'first block in which they can be settled; null for any block';
comment on column slash_settlements.settled_block is 'block of the last settlement; null before the first';
comment on column slash_settlements.settled_at is 'time of the last settlement; null before the first';
comment on column slash_settlements.status is 'PENDING until resolution_block, then CLEARABLE; BURNED or REDISTRIBUTED once nothing is unsettled';
create index on slash_settlements (transaction_hash, log_index, strategy_id);
create index on slash_settlements (operator_id);
