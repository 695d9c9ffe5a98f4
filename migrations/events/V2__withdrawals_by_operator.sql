-- The operator's part of the withdrawals: without it each batch reads them all.
create index idx_withdrawal_events_delegated_to on withdrawal_events (delegated_to_id);
