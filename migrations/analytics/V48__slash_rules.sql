-- What a slash takes, rounded as the contracts round.

create function slashed_magnitude(magnitude numeric, wad numeric) returns numeric
language sql immutable parallel safe
return div(magnitude * wad + 999999999999999999, 1e18);
comment on function slashed_magnitude(numeric, numeric) is 'What a slash of wad parts of 10^18 takes of an allocated magnitude, in wads, rounded up.';

create function shares_after_slash(shares numeric, max_before numeric, max_after numeric) returns numeric
language sql immutable parallel safe
return case when max_before > 0 then div(shares * max_after + max_before - 1, max_before) else shares end;
comment on function shares_after_slash(numeric, numeric, numeric) is 'Shares in base units of an operator or its queue after the maximum magnitude fell, rounded up.';
