-- What shares are worth: which token is under a strategy, its prices, its exchange rates.

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

insert into strategies (strategy_id, symbol, decimals, category)
values ('0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0', 'ETH', 18, 'eth_native');

create view token_metadata as
select distinct on (underlying_token) underlying_token as token, symbol, decimals
from strategies
where underlying_token is not null
order by underlying_token, strategy_id;
comment on view token_metadata is 'Tokens that strategies stand on.';

create table token_prices (
    token text not null,
    at timestamptz not null,
    price_usd numeric not null check (price_usd >= 0),
    primary key (token, at)
);
comment on column token_prices.price_usd is 'USD for one whole token';

create table strategy_exchange_rates (
    strategy_id text not null,
    at timestamptz not null,
    rate numeric not null check (rate > 0),
    primary key (strategy_id, at)
);
comment on column strategy_exchange_rates.rate is '10^18 * tokens per share';

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
