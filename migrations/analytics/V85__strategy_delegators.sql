-- The delegators of a strategy by their shares: a page of them, without reading all that hold shares of anything.

create index on operator_delegator_shares (strategy_id, shares, staker_id, operator_id)
where shares is not null and not is_dust;
