-- What became of slashed shares.

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
