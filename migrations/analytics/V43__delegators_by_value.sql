-- All stakers by the value that they delegate now: pages of the list of delegators.
-- A new quote of every strategy updates this index, which adds a third to the time of that update.

create index on operator_delegators (
    (case when is_delegated then tvs_usd end) desc nulls last,
    staker_id desc
);
