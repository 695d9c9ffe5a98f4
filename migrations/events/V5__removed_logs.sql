-- Logs of which an exporter said that they left the chain again: they stay out, whichever line comes first.
create table removed_logs (
    id text not null,
    block_number bigint not null,
    block_hash text,
    removed_at timestamp not null default (now() at time zone 'UTC'),
    unique nulls not distinct (id, block_number, block_hash)
);
comment on table removed_logs is 'Logs that the importer leaves out because a line said that their block left the chain.';
comment on column removed_logs.id is '<transaction hash>-<log index>';
comment on column removed_logs.block_number is 'blocks';
comment on column removed_logs.block_hash is 'null when the line did not say it';
