-- Rates and tokens that events tell; an import overrides them.

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

create table strategy_event_tokens (
    strategy_id text primary key,
    underlying_token text not null,
    decimals integer check (decimals between 0 and 77),
    updated_at timestamptz not null,
    updated_at_block bigint not null
);
comment on table strategy_event_tokens is 'The underlying token that a strategy emitted when it was made: StrategyTokenSet, DurationVaultDeployed.';
comment on column strategy_event_tokens.decimals is 'decimals of the token, and so of the shares; null when only DurationVaultDeployed names the token';

create view known_exchange_rates as
select strategy_id, at, rate, false as is_from_event from strategy_exchange_rates
union all
select strategy_id, at, rate, true from strategy_event_rates;
comment on view known_exchange_rates is 'Rates that were imported or emitted. Of two at one instant, the imported one counts.';

create view known_strategies as
select
    strategy_id,
    strategies.symbol,
    coalesce(strategies.underlying_token, strategy_event_tokens.underlying_token) as underlying_token,
    coalesce(strategies.decimals, strategy_event_tokens.decimals) as decimals,
    strategies.category
from strategies
full join strategy_event_tokens using (strategy_id);
comment on view known_strategies is 'Strategies that an import or an event describes. What an import says counts first.';
