-- What several slashes take one after another, each rounded as the contracts round.

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

create view state_block as select max(safe_block) as block from pipeline_checkpoints;
comment on view state_block is 'The last block that the state counts; null before the first run.';
