-- A rate of zero is a rate: after a total loss a share is worth nothing.
alter table strategy_exchange_rates
    drop constraint strategy_exchange_rates_rate_check,
    add constraint strategy_exchange_rates_rate_check check (rate >= 0);
comment on column strategy_exchange_rates.rate is '10^18 * tokens per share; 0 after a total loss';
