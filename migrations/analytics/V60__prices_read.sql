-- Prices that the program reads from a node and from public services, and what contracts answer about strategies.

alter table token_prices
    add column source text not null default 'IMPORT'
    check (source in ('IMPORT', 'CHAINLINK', 'DEFILLAMA', 'COINGECKO'));
comment on column token_prices.source is 'IMPORT: import prices. Others: the first source of PRICES_SOURCES that has a price of the day';

create table source_prices (
    source text not null check (source in ('CHAINLINK', 'DEFILLAMA', 'COINGECKO')),
    token text not null,
    day date not null,
    at timestamptz not null,
    price_usd numeric not null check (price_usd > 0),
    primary key (token, day, source)
);
comment on table source_prices is 'The newest price of each UTC day that each source of prices gave.';
comment on column source_prices.at is 'when the source set the price';
comment on column source_prices.price_usd is 'USD for one whole token';

create table price_histories (
    source text not null,
    token text not null,
    read_from date not null,
    read_to date not null check (read_to >= read_from),
    primary key (source, token)
);
comment on table price_histories is 'The days for which a source was asked for past prices; it need not have one for each.';

create table strategy_call_tokens (
    strategy_id text primary key,
    underlying_token text not null,
    symbol text,
    name text,
    decimals integer check (decimals between 0 and 77),
    read_at timestamptz not null
);
comment on table strategy_call_tokens is 'What a strategy and its token answered to calls, for strategies that no import or event describes whole.';
comment on column strategy_call_tokens.symbol is 'null when the token answers none';
comment on column strategy_call_tokens.name is 'null when the token answers none';
comment on column strategy_call_tokens.decimals is 'decimals of the token, and so of the shares; null when the token answers none';

create table strategy_call_rates (
    strategy_id text not null,
    day date not null,
    at timestamptz not null,
    rate numeric not null check (rate > 0),
    primary key (strategy_id, day)
);
comment on table strategy_call_rates is 'The newest exchange rate of each UTC day that a strategy answered, where it differs from those before.';
comment on column strategy_call_rates.at is 'time of the block of the answer';
comment on column strategy_call_rates.rate is '10^18 * tokens per share, in base units of both';

create or replace view known_exchange_rates as
select strategy_id, at, rate, false as is_from_event from strategy_exchange_rates
union all
select strategy_id, at, rate, true from strategy_event_rates
union all
select strategy_id, at, rate, true from strategy_call_rates;
comment on view known_exchange_rates is 'Rates that were imported, emitted or answered. Of two at one instant, the imported one counts.';

create or replace view known_strategies as
select
    strategy_id,
    coalesce(strategies.symbol, strategy_call_tokens.symbol) as symbol,
    coalesce(
        strategies.underlying_token,
        strategy_event_tokens.underlying_token,
        strategy_call_tokens.underlying_token
    ) as underlying_token,
    coalesce(strategies.decimals, strategy_event_tokens.decimals, strategy_call_tokens.decimals) as decimals,
    strategies.category
from strategies
full join strategy_event_tokens using (strategy_id)
full join strategy_call_tokens using (strategy_id);
comment on view known_strategies is 'Strategies that an import, an event or an answer describes. What an import says counts first.';
