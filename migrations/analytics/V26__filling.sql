-- Lets every answer say that the history behind it is still being filled.
alter table data_version add column is_filling boolean not null default false;
comment on column data_version.is_filling is 'whether days of a demo are still being taken: charts, analytics and totals of the past are incomplete';
