-- Rules of valuation that several selects share.

create function usd_value(shares numeric, usd_per_share_unit numeric) returns numeric
language sql immutable parallel safe
return round(shares * usd_per_share_unit, 18);
comment on function usd_value(numeric, numeric) is 'USD of shares in base units, rounded to 18 decimals, half away from zero. Null when the shares are not known or have no price.';

-- native ETH has no strategy contract: its shares are wei, one for one
create function rate_status(strategy_id text, rate numeric) returns text
language sql immutable parallel safe
return case
    when strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0' then 'FIXED'
    when rate is null then 'RATE_ASSUMED'
    else 'QUOTED'
end;
comment on function rate_status(text, numeric) is 'Where the exchange rate of a strategy comes from, given its quoted rate: FIXED for native ETH, RATE_ASSUMED when no rate is quoted, else QUOTED.';

create function exchange_rate(strategy_id text, rate numeric) returns numeric
language sql immutable parallel safe
return case rate_status(strategy_id, rate) when 'QUOTED' then rate else 1e18 end;
comment on function exchange_rate(text, numeric) is 'The exchange rate of a strategy in 10^18 * tokens per share, given its quoted rate: 10^18 for native ETH and when no rate is quoted.';

-- powers of ten as literals keep the product exact to its last digit
create function usd_per_share_unit(exchange_rate numeric, price_usd numeric, decimals integer) returns numeric
language sql immutable parallel safe
return exchange_rate * price_usd * ('1e-' || (18 + decimals)::text)::numeric;
comment on function usd_per_share_unit(numeric, numeric, integer) is 'USD of one base unit of a strategy''s shares, exact. Null without a price or decimals.';

create function tvs_status(strategy_count bigint, valued_count bigint, unknown_count bigint) returns text
language sql immutable parallel safe
return case
    when coalesce(strategy_count, 0) = 0 then 'NO_SHARES'
    when valued_count = strategy_count then 'COMPLETE'
    when valued_count > 0 then 'PARTIAL'
    when unknown_count > 0 then 'UNKNOWN_SHARES'
    else 'MISSING_PRICE'
end;
comment on function tvs_status(bigint, bigint, bigint) is 'How complete the USD value of an operator is, given the number of strategies that it holds, of those that are valued, and of those with unknown shares.';
