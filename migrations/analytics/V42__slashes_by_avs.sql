-- The slashes of an AVS, newest first: the AVS is the first part of the operator set.

create index on operator_slashing_incidents (
    split_part(operator_set_id, '-', 1),
    slashed_block desc,
    log_index desc,
    transaction_hash desc,
    operator_id desc
);
