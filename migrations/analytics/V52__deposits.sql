-- The key by which the deposits of a staker are found.

create index on operator_activity (staker_id, block_number, log_index)
where activity_type = 'SHARES_INCREASED';
