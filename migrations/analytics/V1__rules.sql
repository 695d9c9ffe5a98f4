-- Rules of amounts, values and slashes that several selects share.

create function ratio(dividend numeric, divisor numeric) returns numeric
language sql immutable parallel safe
return case
    when divisor <> 0
        then
            sign(dividend) * sign(divisor)
            * div(2 * abs(dividend) * 1e18 + abs(divisor), 2 * abs(divisor)) * 1e-18
end;
comment on function ratio(numeric, numeric) is 'The exact quotient, rounded once, half away from zero, to 18 decimals. PostgreSQL''s own division keeps about 16 digits. Null when the divisor is 0 or an argument is null.';

create aggregate product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = 1);
comment on aggregate product(numeric) is 'The exact product; 1 of nothing.';

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

create function allocated_shares(shares numeric, magnitude numeric, max_magnitude numeric) returns numeric
language sql immutable parallel safe
return div(shares * div(magnitude * 1e18, max_magnitude), 1e18);
comment on function allocated_shares(numeric, numeric, numeric) is 'Shares in base units behind a magnitude in wads, rounded as getAllocatedStake rounds. An error for a maximum of 0.';

create function slashed_magnitude(magnitude numeric, wad numeric) returns numeric
language sql immutable parallel safe
return div(magnitude * wad + 999999999999999999, 1e18);
comment on function slashed_magnitude(numeric, numeric) is 'What a slash of wad parts of 10^18 takes of an allocated magnitude, in wads, rounded up.';

create function shares_after_slash(shares numeric, max_before numeric, max_after numeric) returns numeric
language sql immutable parallel safe
return case when max_before > 0 then div(shares * max_after + max_before - 1, max_before) else shares end;
comment on function shares_after_slash(numeric, numeric, numeric) is 'Shares in base units of an operator or its queue after the maximum magnitude fell, rounded up.';

create function withdrawable_shares(
    deposit_shares numeric, deposit_scaling_factor numeric, max_magnitude numeric, beacon_chain_factor numeric
) returns numeric
language sql immutable parallel safe
return div(
    div(case when deposit_shares < 0 then 0 else deposit_shares end * deposit_scaling_factor, 1e18)
    * div(max_magnitude * beacon_chain_factor, 1e18),
    1e18
);
comment on function withdrawable_shares(numeric, numeric, numeric, numeric) is 'Base units that a staker can withdraw, rounded as getWithdrawableShares rounds: deposit shares, and three factors in wads. Null when one is not known.';

create function next_magnitude(before numeric, magnitude numeric, wad numeric) returns numeric
language sql immutable parallel safe
return coalesce(before, magnitude) - slashed_magnitude(coalesce(before, magnitude), wad);
comment on function next_magnitude(numeric, numeric, numeric) is 'The magnitude in wads after one more slash, given what earlier slashes left; null when there was none.';

create aggregate magnitude_after_slashes(numeric, numeric) (
    sfunc = next_magnitude, stype = numeric
);
comment on aggregate magnitude_after_slashes(numeric, numeric) is 'What slashes of wad parts of 10^18, in order, leave of a magnitude in wads.';

create function next_shares(before numeric, shares numeric, max_before numeric, max_after numeric) returns numeric
language sql immutable parallel safe
return shares_after_slash(coalesce(before, shares), max_before, max_after);
comment on function next_shares(numeric, numeric, numeric, numeric) is 'Shares in base units after one more slash, given what earlier slashes left; null when there was none.';

create aggregate shares_after_slashes(numeric, numeric, numeric) (
    sfunc = next_shares, stype = numeric
);
comment on aggregate shares_after_slashes(numeric, numeric, numeric) is 'What slashes, in order, leave of an operator''s shares in base units, given the maximum magnitude before and after each.';

create function withdrawable_shares(
    scaled_shares numeric, max_magnitude numeric, beacon_chain_factor numeric
) returns numeric
language sql immutable parallel safe
return div(scaled_shares * div(max_magnitude * beacon_chain_factor, 1e18), 1e18);
comment on function withdrawable_shares(numeric, numeric, numeric) is 'Shares in base units that a delegator could withdraw, rounded as the contracts round.';

create function slashable_shares(
    is_slashable boolean, current_magnitude numeric, shares numeric, max_magnitude numeric
) returns numeric
language sql immutable parallel safe
return case
    when not is_slashable or coalesce(max_magnitude, 0) = 0 then 0
    else allocated_shares(shares, current_magnitude, max_magnitude)
end;
comment on function slashable_shares(boolean, numeric, numeric, numeric) is 'Shares in base units that an operator set can slash: 0 when it cannot slash the allocation or the operator has no row of the strategy, null when the shares are not known.';

-- Ignores case in filters, in the search and in the order by name. lower() alone follows the collation of the
-- database: in a Turkish one 'STAKING' is no 'staking', and in one of "C" only ASCII letters have a case.
do $$
declare
    folding text := (
        select collname
        from pg_collation
        where
            collnamespace = 'pg_catalog'::regnamespace
            and collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
            and collname in ('pg_c_utf8', 'und-x-icu', 'C')
        -- the first needs PostgreSQL 17, the second a server with ICU
        order by array_position(array['pg_c_utf8', 'und-x-icu', 'C'], collname::text)
        limit 1
    );
begin
    execute format(
        $sql$
        create function case_folded(value text) returns text
        language sql immutable strict parallel safe
        return lower(value collate pg_catalog.%I)
        $sql$,
        folding
    );
end
$$;
comment on function case_folded is 'in lower case, the same under every collation of the database';
