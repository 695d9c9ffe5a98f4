-- A staker's part of the events: without these indexes each batch of stakers reads whole tables.
create index idx_withdrawal_events_staker on withdrawal_events (staker_id);
create index idx_deposit_events_staker on deposit_events (staker_id);
create index idx_deposit_scaling_factor_updated_events_staker on deposit_scaling_factor_updated_events (staker_id);
create index idx_pod_deployed_events_owner on pod_deployed_events (owner_id);

create table reorganised_stakers (
    staker_id text primary key
);
comment on table reorganised_stakers is 'Stakers whose rows left the chain and whose rebuild is still to be asked for.';
