-- What operators held in each strategy at the end of each day, so that a day need not read their whole history again.

create table operator_strategy_share_history (
    operator_id text not null,
    strategy_id text not null,
    from_date date not null,
    until_date date,
    shares numeric not null,
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (operator_id, strategy_id, from_date)
) with (fillfactor = 85);
comment on table operator_strategy_share_history is 'What was delegated to an operator in each strategy at the end of each day, as periods of days.';
comment on column operator_strategy_share_history.from_date is 'first UTC day at whose end it was so';
comment on column operator_strategy_share_history.until_date is 'first UTC day at whose end it was so no more; null while it lasts';
comment on column operator_strategy_share_history.shares is 'base units of the strategy''s underlying token, slashes included';

-- the next run reads all and fills it; until then nothing is known that days could be made of
update pipeline_checkpoints set last_processed_at = null, safe_block = null, safe_at = null;
