-- Shares that stakers queued for withdrawal in the first release. A source may lack this table.

create table share_withdrawal_queued_events (like deposit_events including all);
alter table share_withdrawal_queued_events add column nonce numeric not null;
create index idx_share_withdrawal_queued_events_staker on share_withdrawal_queued_events (staker_id);
comment on column share_withdrawal_queued_events.shares is 'base units of the strategys underlying token';
comment on column share_withdrawal_queued_events.nonce is 'counts the withdrawals of the staker; a migrated withdrawal keeps it';
