-- Roots of claim trees in the change feed.

alter table change_feed
    drop constraint change_feed_kind_check,
    add constraint change_feed_kind_check
        check (kind in ('OPERATOR', 'ANALYTICS', 'EPOCH', 'RUN', 'ALERT', 'ROOT'));
comment on column change_feed.key is 'OPERATOR: operator_id; ANALYTICS: the day; EPOCH: its number; RUN: run_id; ALERT: alert_id; ROOT: root_index';
comment on column change_feed.day is 'ANALYTICS: UTC day that they are of; ROOT: first UTC day whose rewards are not in the tree';
comment on column change_feed.status is 'EPOCH: ADDED or REPLACED; RUN: status of the run then; ROOT: PUBLISHED or DISABLED';
