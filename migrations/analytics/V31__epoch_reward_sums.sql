-- Sums over ranges of epochs are differences of two rows.

create table epoch_reward_sums (
    epoch integer primary key,
    rewards numeric not null,
    known_epochs integer not null
);
comment on table epoch_reward_sums is 'Rewards from the first epoch to each epoch with a document.';
comment on column epoch_reward_sums.rewards is 'base units; epochs with unknown rewards add nothing';
comment on column epoch_reward_sums.known_epochs is 'epochs so far with known rewards';

insert into epoch_reward_sums
select
    epoch,
    coalesce(sum(rewards) over (order by epoch), 0),
    count(rewards) over (order by epoch)
from epochs;

-- the end of a window of days is searched by block
create index on epochs (epoch) include (end_block);
