-- Events beyond those of operators and AVSs: what is burned or redistributed, pods and the beacon chain,
-- strategies and their exchange rates. A source may lack these tables.

create table event_columns (like deposit_events including all);
alter table event_columns drop column staker_id, drop column strategy_id, drop column shares;

create table withdrawal_migrated_events (
    like event_columns including all,
    old_withdrawal_root text not null,
    new_withdrawal_root text not null
);
comment on column withdrawal_migrated_events.new_withdrawal_root is 'of a withdrawal_events row that is no new withdrawal';

create table slasher_updated_events (
    like event_columns including all,
    operator_set_id text not null,
    slasher text not null,
    effect_block bigint not null
);
comment on column slasher_updated_events.operator_set_id is '<avs address>-<number>';
comment on column slasher_updated_events.effect_block is 'block from which it is in force';

create table slasher_migrated_events (
    like event_columns including all,
    operator_set_id text not null,
    slasher text not null
);
comment on column slasher_migrated_events.operator_set_id is '<avs address>-<number>';

create table strategy_whitelist_events (
    like event_columns including all,
    strategy_id text not null,
    event_type text not null
);
comment on column strategy_whitelist_events.event_type is 'ADDED or REMOVED';

create table burn_or_redistributable_shares_increased_events (
    like event_columns including all,
    operator_set_id text not null,
    slash_id numeric not null,
    strategy_id text not null,
    shares numeric not null
);
comment on column burn_or_redistributable_shares_increased_events.operator_set_id is '<avs address>-<number>';
comment on column burn_or_redistributable_shares_increased_events.slash_id is 'counts from 1 per operator set';
comment on column burn_or_redistributable_shares_increased_events.shares is 'base units of the strategys underlying token';

create table burn_or_redistributable_shares_decreased_events (
    like burn_or_redistributable_shares_increased_events including all
);

create table burnable_shares_increased_events (
    like event_columns including all,
    strategy_id text not null,
    shares numeric not null
);
comment on column burnable_shares_increased_events.shares is 'base units of the strategys underlying token';

create table burnable_shares_decreased_events (like burnable_shares_increased_events including all);

create table slash_resolution_block_set_events (
    like event_columns including all,
    operator_set_id text not null,
    slash_id numeric not null,
    resolution_block bigint not null
);
comment on column slash_resolution_block_set_events.operator_set_id is '<avs address>-<number>';
comment on column slash_resolution_block_set_events.slash_id is 'counts from 1 per operator set';
comment on column slash_resolution_block_set_events.resolution_block is 'first block in which the shares can be burned or redistributed';

create table strategy_set_for_token_events (
    like event_columns including all,
    token text not null,
    strategy_id text not null
);

create table duration_vault_deployed_events (
    like event_columns including all,
    strategy_id text not null,
    underlying_token text not null,
    vault_admin text not null,
    duration bigint not null,
    max_per_deposit numeric not null,
    stake_cap numeric not null,
    metadata_uri text not null,
    avs_id text not null,
    operator_set_id_num bigint not null
);
comment on column duration_vault_deployed_events.strategy_id is 'the vault, which is its own operator';
comment on column duration_vault_deployed_events.duration is 'seconds from the lock until the vault matures';
comment on column duration_vault_deployed_events.max_per_deposit is 'base units of the underlying token';
comment on column duration_vault_deployed_events.stake_cap is 'base units of the underlying token';
comment on column duration_vault_deployed_events.avs_id is 'whose operator set the vault serves';
comment on column duration_vault_deployed_events.operator_set_id_num is 'its number at the AVS';

create table exchange_rate_emitted_events (
    like event_columns including all,
    strategy_id text not null,
    rate numeric not null
);
comment on column exchange_rate_emitted_events.rate is '10^18 * base units of the underlying token per base unit of shares';

create table strategy_token_set_events (
    like event_columns including all,
    strategy_id text not null,
    token text not null,
    decimals bigint not null
);
comment on column strategy_token_set_events.decimals is 'of the token';

create table vault_locked_events (
    like event_columns including all,
    strategy_id text not null,
    locked_at bigint not null,
    unlock_at bigint not null
);
comment on column vault_locked_events.locked_at is 'unix seconds';
comment on column vault_locked_events.unlock_at is 'unix seconds';

create table vault_matured_events (
    like event_columns including all,
    strategy_id text not null,
    matured_at bigint not null
);
comment on column vault_matured_events.matured_at is 'unix seconds';

create table vault_advanced_to_withdrawals_events (
    like event_columns including all,
    strategy_id text not null,
    arbitrator text not null,
    matured_at bigint not null
);
comment on column vault_advanced_to_withdrawals_events.matured_at is 'unix seconds';

create table pod_deployed_events (
    like event_columns including all,
    pod_id text not null,
    owner_id text not null
);

create table beacon_chain_deposit_events (
    like event_columns including all,
    pod_owner_id text not null,
    amount numeric not null
);
comment on column beacon_chain_deposit_events.amount is 'wei';

create table pod_shares_update_events (
    like event_columns including all,
    pod_owner_id text not null,
    shares_delta numeric,
    new_total_shares numeric,
    update_type text not null
);
comment on column pod_shares_update_events.shares_delta is 'wei, negative for a loss; no meaning for NEW_TOTAL_SHARES';
comment on column pod_shares_update_events.new_total_shares is 'wei, negative for a debt; no meaning for SHARES_UPDATED';
comment on column pod_shares_update_events.update_type is 'SHARES_UPDATED or NEW_TOTAL_SHARES';

create table beacon_chain_eth_withdrawal_completed_events (
    like event_columns including all,
    pod_owner_id text not null,
    shares numeric not null,
    nonce numeric not null,
    delegated_address text not null,
    withdrawer text not null,
    withdrawal_root text not null
);
comment on column beacon_chain_eth_withdrawal_completed_events.shares is 'wei';

create table beacon_chain_slashing_events (
    like event_columns including all,
    staker_id text not null,
    prev_beacon_chain_slashing_factor numeric not null,
    new_beacon_chain_slashing_factor numeric not null
);
comment on column beacon_chain_slashing_events.prev_beacon_chain_slashing_factor is 'wad';
comment on column beacon_chain_slashing_events.new_beacon_chain_slashing_factor is 'wad';

create table burnable_eth_shares_increased_events (
    like event_columns including all,
    shares numeric not null
);
comment on column burnable_eth_shares_increased_events.shares is 'wei';

drop table event_columns;

create index idx_pod_shares_update_events_owner on pod_shares_update_events (pod_owner_id);
create index idx_beacon_chain_slashing_events_staker on beacon_chain_slashing_events (staker_id);
create index idx_exchange_rate_emitted_events_strategy on exchange_rate_emitted_events (strategy_id, block_number);

-- nobody asks for rows by what is in raw_data, and to measure it costs as much as all the rest
do $$
declare
    event_table regclass;
begin
    for event_table in
        select attrelid
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where attname = 'raw_data' and not attisdropped and relkind = 'r' and attstattarget is distinct from 0
            and relnamespace = current_schema()::regnamespace
    loop
        execute format('alter table %s alter column raw_data set statistics 0', event_table);
    end loop;
end $$;
