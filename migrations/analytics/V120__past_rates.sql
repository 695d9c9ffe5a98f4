-- Rates of past days come from contracts as they were at the last block of each day.

create table chain_days (
    day date primary key,
    block_number bigint not null,
    block_at timestamptz not null,
    asked text[] not null default '{}'
);
comment on table chain_days is 'The last final block of each UTC day, and the contracts whose rate was read there.';
comment on column chain_days.block_number is 'blocks';
comment on column chain_days.asked is 'strategies and tokens: lower-case addresses; a contract need not have answered';

comment on table strategy_call_rates is 'The newest exchange rate of each UTC day that a strategy answered; a day without a row has the rate of the one before.';
