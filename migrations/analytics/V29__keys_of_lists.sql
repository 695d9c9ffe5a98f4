-- Keys by which screens find rows that their tables are not clustered by.

create index on operator_delegators (staker_id, is_delegated desc, operator_id);
create index on operator_avs_registration_history (operator_set_id);
create index on pipeline_run_operators (run_id, (error is not null), operator_id);
