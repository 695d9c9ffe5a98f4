-- What the state of the pipeline is read by.

create index on pipeline_run_operators (run_id, (error is not null), operator_id);
create index on pipeline_partitions (stage) where status <> 'DONE';
