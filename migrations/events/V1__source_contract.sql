-- The source contract: the tables of eigenlayer_events as the subgraph loader writes them.
-- Applied to the embedded database, or to an empty one on request; a real one is only ever read.
--
-- Addresses are lower case. Chain order is (block_number, log_index).

create table event_columns (
    id text primary key,
    transaction_hash text not null,
    log_index bigint not null,
    block_number bigint not null,
    block_timestamp bigint not null,
    contract_address text,
    raw_data jsonb,
    created_at timestamp not null default (now() at time zone 'UTC'),
    updated_at timestamp not null default (now() at time zone 'UTC')
);
comment on column event_columns.id is '<transaction hash>-<log index>';
comment on column event_columns.block_number is 'blocks';
comment on column event_columns.block_timestamp is 'unix seconds, UTC';
comment on column event_columns.raw_data is 'the decoded log as it came';
comment on column event_columns.created_at is 'UTC, when the loader wrote the row';
comment on column event_columns.updated_at is 'UTC, when the loader last changed the row';
-- rows come in the order of these, so a block range index is as good as a tree and costs nothing
create index on event_columns using brin (created_at);
create index on event_columns using brin (updated_at);

create table operator_registered_events (
    like event_columns including all,
    operator_id text not null,
    delegation_approver text not null
);
comment on column operator_registered_events.delegation_approver is 'zero address: anyone may delegate';
create index idx_operator_registered_events_operator_created on operator_registered_events (operator_id, created_at);

create table delegation_approver_updated_events (
    like event_columns including all,
    operator_id text not null,
    new_delegation_approver text not null
);
comment on column delegation_approver_updated_events.new_delegation_approver is 'zero address: anyone may delegate';
create index idx_delegation_approver_updated_events_operator_created on delegation_approver_updated_events (operator_id, created_at);

create table operator_metadata_update_events (
    like event_columns including all,
    operator_id text not null,
    metadata_uri text not null
);
create index idx_operator_metadata_update_events_operator_created on operator_metadata_update_events (operator_id, created_at);

create table operator_share_events (
    like event_columns including all,
    operator_id text not null,
    staker_id text not null,
    strategy_id text not null,
    shares numeric not null,
    event_type text not null
);
comment on column operator_share_events.staker_id is 'zero address: a slash; SLASHED: written by the loader on top of it, to be left out';
comment on column operator_share_events.shares is 'base units of the strategys underlying token';
comment on column operator_share_events.event_type is 'INCREASED or DECREASED';
create index idx_operator_share_events_operator_created on operator_share_events (operator_id, created_at);

create table staker_delegation_events (
    like event_columns including all,
    staker_id text not null,
    operator_id text not null,
    delegation_type text not null
);
comment on column staker_delegation_events.delegation_type is 'DELEGATED, UNDELEGATED or FORCE_UNDELEGATED';
create index idx_staker_delegation_events_operator_created on staker_delegation_events (operator_id, created_at);

create table staker_force_undelegated_events (
    like event_columns including all,
    staker_id text not null,
    operator_id text not null
);
create index idx_staker_force_undelegated_events_operator_created on staker_force_undelegated_events (operator_id, created_at);

create table deposit_scaling_factor_updated_events (
    like event_columns including all,
    staker_id text not null,
    strategy_id text not null,
    new_deposit_scaling_factor numeric not null
);
comment on column deposit_scaling_factor_updated_events.new_deposit_scaling_factor is 'wad';

create table withdrawal_events (
    like event_columns including all,
    withdrawal_root text not null,
    staker_id text,
    delegated_to_id text,
    withdrawer text,
    nonce numeric,
    start_block bigint,
    strategies text[],
    shares numeric[],
    event_type text not null
);
create index idx_withdrawal_events_root on withdrawal_events (withdrawal_root);
comment on column withdrawal_events.start_block is 'block from which the delay counts';
comment on column withdrawal_events.shares is 'base units, paired with strategies by position';
comment on column withdrawal_events.event_type is 'QUEUED or COMPLETED';

create table operator_shares_slashed_events (
    like event_columns including all,
    operator_id text not null,
    strategy_id text not null,
    total_slashed_shares numeric not null
);
comment on column operator_shares_slashed_events.total_slashed_shares is 'base units, the withdrawal queue included';
create index idx_operator_shares_slashed_events_operator_created on operator_shares_slashed_events (operator_id, created_at);

create table allocation_delay_set_events (
    like event_columns including all,
    operator_id text not null,
    delay bigint not null,
    effect_block bigint not null
);
comment on column allocation_delay_set_events.delay is 'blocks';
comment on column allocation_delay_set_events.effect_block is 'block from which it is in force';
create index idx_allocation_delay_set_events_operator_created on allocation_delay_set_events (operator_id, created_at);

create table allocation_events (
    like event_columns including all,
    operator_id text not null,
    operator_set_id text not null,
    strategy_id text not null,
    magnitude numeric not null,
    effect_block bigint not null
);
comment on column allocation_events.operator_set_id is '<avs address>-<number>';
comment on column allocation_events.magnitude is 'wad, the target';
comment on column allocation_events.effect_block is 'block from which the target is in force';
create index idx_allocation_events_operator_created on allocation_events (operator_id, created_at);

create table encumbered_magnitude_updated_events (
    like event_columns including all,
    operator_id text not null,
    strategy_id text not null,
    encumbered_magnitude numeric not null
);
comment on column encumbered_magnitude_updated_events.encumbered_magnitude is 'wad';
create index idx_encumbered_magnitude_updated_events_operator_created on encumbered_magnitude_updated_events (operator_id, created_at);

create table max_magnitude_updated_events (
    like event_columns including all,
    operator_id text not null,
    strategy_id text not null,
    max_magnitude numeric not null
);
comment on column max_magnitude_updated_events.max_magnitude is 'wad';
create index idx_max_magnitude_updated_events_operator_created on max_magnitude_updated_events (operator_id, created_at);

create table operator_slashed_events (
    like event_columns including all,
    operator_id text not null,
    operator_set_id text not null,
    strategies text[] not null,
    wad_slashed numeric[] not null,
    description text not null
);
comment on column operator_slashed_events.operator_set_id is '<avs address>-<number>';
comment on column operator_slashed_events.wad_slashed is 'wad, paired with strategies by position';
create index idx_operator_slashed_events_operator_created on operator_slashed_events (operator_id, created_at);

create table avs_registrar_set_events (
    like event_columns including all,
    avs_id text not null,
    registrar text not null
);

create table avs_metadata_update_events (
    like event_columns including all,
    avs_id text not null,
    metadata_uri text not null
);

create table operator_set_created_events (
    like event_columns including all,
    operator_set_id text not null,
    avs_id text not null,
    operator_set_id_num bigint not null
);
comment on column operator_set_created_events.operator_set_id is '<avs address>-<number>';

create table operator_added_to_operator_set_events (
    like event_columns including all,
    operator_id text not null,
    operator_set_id text not null
);
comment on column operator_added_to_operator_set_events.operator_set_id is '<avs address>-<number>';
create index idx_operator_added_to_operator_set_events_operator_created on operator_added_to_operator_set_events (operator_id, created_at);

create table operator_removed_from_operator_set_events (
    like event_columns including all,
    operator_id text not null,
    operator_set_id text not null
);
comment on column operator_removed_from_operator_set_events.operator_set_id is '<avs address>-<number>';
create index idx_operator_removed_from_operator_set_events_operator_created on operator_removed_from_operator_set_events (operator_id, created_at);

create table strategy_operator_set_events (
    like event_columns including all,
    operator_set_id text not null,
    strategy_id text not null,
    event_type text not null
);
comment on column strategy_operator_set_events.operator_set_id is '<avs address>-<number>';
comment on column strategy_operator_set_events.event_type is 'ADDED or REMOVED';

create table redistribution_address_set_events (
    like event_columns including all,
    operator_set_id text not null,
    redistribution_recipient text not null
);
comment on column redistribution_address_set_events.operator_set_id is '<avs address>-<number>';

create table operator_avs_registration_status_updated_events (
    like event_columns including all,
    operator_id text not null,
    avs_id text not null,
    status text not null
);
comment on column operator_avs_registration_status_updated_events.status is 'REGISTERED or UNREGISTERED';
create index idx_operator_avs_registration_status_operator_created on operator_avs_registration_status_updated_events (operator_id, created_at);

create table default_operator_split_bips_set_events (
    like event_columns including all,
    old_default_operator_split_bips integer not null,
    new_default_operator_split_bips integer not null
);
comment on column default_operator_split_bips_set_events.old_default_operator_split_bips is 'bips';
comment on column default_operator_split_bips_set_events.new_default_operator_split_bips is 'bips';

create table operator_avs_split_bips_set_events (
    like event_columns including all,
    caller text not null,
    operator_id text not null,
    avs_id text not null,
    activated_at bigint not null,
    old_operator_avs_split_bips integer not null,
    new_operator_avs_split_bips integer not null
);
comment on column operator_avs_split_bips_set_events.activated_at is 'unix seconds';
comment on column operator_avs_split_bips_set_events.old_operator_avs_split_bips is 'bips';
comment on column operator_avs_split_bips_set_events.new_operator_avs_split_bips is 'bips';
create index idx_operator_avs_split_bips_set_events_operator_created on operator_avs_split_bips_set_events (operator_id, created_at);

create table operator_pi_split_bips_set_events (
    like event_columns including all,
    caller text not null,
    operator_id text not null,
    activated_at bigint not null,
    old_operator_pi_split_bips integer not null,
    new_operator_pi_split_bips integer not null
);
comment on column operator_pi_split_bips_set_events.activated_at is 'unix seconds';
comment on column operator_pi_split_bips_set_events.old_operator_pi_split_bips is 'bips';
comment on column operator_pi_split_bips_set_events.new_operator_pi_split_bips is 'bips';
create index idx_operator_pi_split_bips_set_events_operator_created on operator_pi_split_bips_set_events (operator_id, created_at);

create table operator_set_split_bips_set_events (
    like event_columns including all,
    caller text not null,
    operator_id text not null,
    operator_set_id text not null,
    activated_at bigint not null,
    old_operator_set_split_bips integer not null,
    new_operator_set_split_bips integer not null
);
comment on column operator_set_split_bips_set_events.operator_set_id is '<avs address>-<number>';
comment on column operator_set_split_bips_set_events.activated_at is 'unix seconds';
comment on column operator_set_split_bips_set_events.old_operator_set_split_bips is 'bips';
comment on column operator_set_split_bips_set_events.new_operator_set_split_bips is 'bips';
create index idx_operator_set_split_bips_set_events_operator_created on operator_set_split_bips_set_events (operator_id, created_at);

create table deposit_events (
    like event_columns including all,
    staker_id text not null,
    strategy_id text not null,
    shares numeric not null
);
comment on column deposit_events.shares is 'base units of the strategys underlying token';

drop table event_columns;

-- nobody asks for rows by what is in raw_data, and to measure it costs as much as all the rest
do $$
declare
    event_table regclass;
begin
    for event_table in
        select attrelid from pg_attribute where attname = 'raw_data' and not attisdropped
    loop
        execute format('alter table %s alter column raw_data set statistics 0', event_table);
    end loop;
end $$;

-- entities

create table operators (
    id text primary key,
    created_at timestamp not null default (now() at time zone 'UTC'),
    updated_at timestamp not null default (now() at time zone 'UTC')
);
comment on column operators.id is 'operator address';
create table stakers (like operators including all);
create table avs (like operators including all);
create table strategies (like operators including all);
create table eigen_pods (like operators including all);
comment on column stakers.id is 'staker address';
comment on column avs.id is 'AVS address';
comment on column strategies.id is 'strategy address';
comment on column eigen_pods.id is 'pod address';

create table operator_sets (
    like operators including all,
    avs_id text not null generated always as (split_part(id, '-', 1)) stored,
    operator_set_id bigint not null generated always as (split_part(id, '-', 2)::bigint) stored
);
comment on column operator_sets.id is '<avs address>-<number>';
comment on column operator_sets.operator_set_id is 'its number at the AVS';
