-- What a share and a token are worth.

create table strategies (
    strategy_id text primary key,
    symbol text,
    underlying_token text,
    decimals integer check (decimals between 0 and 77),
    category text
);
comment on table strategies is 'Strategies as described by import; those that only events name are in strategy_state.';
comment on column strategies.decimals is 'decimals of the underlying token, and so of the shares';
comment on column strategies.category is 'eth_native, eth_lst, eigen, btc, stable, other …';
create index on strategies (underlying_token);

create table strategy_event_tokens (
    strategy_id text primary key,
    underlying_token text not null,
    decimals integer check (decimals between 0 and 77),
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table strategy_event_tokens is 'The underlying token that a strategy emitted when it was made: StrategyTokenSet, DurationVaultDeployed.';
comment on column strategy_event_tokens.decimals is 'decimals of the token, and so of the shares; null when only DurationVaultDeployed names the token';

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

create table token_prices (
    token text not null,
    at timestamptz not null,
    price_usd numeric not null check (price_usd >= 0),
    source text not null default 'IMPORT'
    check (source in ('IMPORT', 'CHAINLINK', 'DEFILLAMA', 'COINGECKO')),
    primary key (token, at)
);
comment on column token_prices.price_usd is 'USD for one whole token';
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

create table strategy_exchange_rates (
    strategy_id text not null,
    at timestamptz not null,
    rate numeric not null check (rate >= 0),
    primary key (strategy_id, at)
);
comment on column strategy_exchange_rates.rate is '10^18 * tokens per share; 0 after a total loss';

create table strategy_event_rates (
    strategy_id text not null,
    at timestamptz not null,
    rate numeric not null check (rate >= 0),
    updated_at timestamptz not null,
    updated_at_block bigint not null,
    primary key (strategy_id, at)
);
comment on table strategy_event_rates is 'Changes of exchange rates that strategies emitted: ExchangeRateEmitted, at each deposit and withdrawal.';
comment on column strategy_event_rates.at is 'time of the block';
comment on column strategy_event_rates.rate is '10^18 * tokens per share, in base units of both';

create table strategy_call_rates (
    strategy_id text not null,
    day date not null,
    at timestamptz not null,
    rate numeric not null check (rate > 0),
    primary key (strategy_id, day)
);
comment on table strategy_call_rates is 'The newest exchange rate of each UTC day that a strategy answered; a day without a row has the rate of the one before.';
comment on column strategy_call_rates.at is 'time of the block of the answer';
comment on column strategy_call_rates.rate is '10^18 * tokens per share, in base units of both';

create table strategy_quotes (
    strategy_id text primary key,
    exchange_rate numeric not null,
    rate_status text not null check (rate_status in ('QUOTED', 'FIXED', 'RATE_ASSUMED')),
    rate_at timestamptz,
    price_usd numeric,
    price_at timestamptz,
    usd_per_share_unit numeric,
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table strategy_quotes is 'The newest rate and price of every strategy.';
comment on column strategy_quotes.exchange_rate is '10^18 * tokens per share';
comment on column strategy_quotes.rate_status is 'QUOTED: imported. FIXED: native ETH, one by rule. RATE_ASSUMED: none known, one token a share taken';
comment on column strategy_quotes.usd_per_share_unit is 'USD for one base unit of shares; null when the price or the decimals are unknown';

create view token_metadata as
select distinct on (underlying_token) underlying_token as token, symbol, decimals
from strategies
where underlying_token is not null
order by underlying_token, strategy_id;
comment on view token_metadata is 'Tokens that strategies stand on.';

create view known_exchange_rates as
select strategy_id, at, rate, false as is_from_event from strategy_exchange_rates
union all
select strategy_id, at, rate, true from strategy_event_rates
union all
select strategy_id, at, rate, true from strategy_call_rates;
comment on view known_exchange_rates is 'Rates that were imported, emitted or answered. Of two at one instant, the imported one counts.';

create view known_strategies as
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

insert into strategies (strategy_id, symbol, decimals, category)
values ('0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0', 'ETH', 18, 'eth_native');
