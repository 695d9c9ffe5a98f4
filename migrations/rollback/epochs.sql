-- Removes everything that V12 made, and nothing else: what a source database holds is its own.
-- Run it in our database; a later start makes the tables again, empty.

begin;

drop view comprehensive_analytics;
drop table
    epoch_reward_sums,
    share_price_blocks,
    epoch_dictionaries,
    epoch_quality,
    operators_metadata,
    operator_share_prices,
    operator_shares,
    chain_share_prices,
    epoch_issues,
    superseded_documents,
    epochs;
drop function
    shares_to_stake(numeric, numeric),
    stake_to_shares(numeric, numeric),
    stake_per_share(numeric, numeric),
    chain_share_price(numeric, numeric),
    hex_to_numeric(text),
    parse_comma_number(text);
delete from flyway_schema_history where script like '%\_\_epochs.sql';

commit;
