-- The search finds delegators by how their address begins, whatever collation the database has.
create index on operator_delegators (staker_id collate "C");
