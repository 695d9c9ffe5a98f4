-- Events of alerts tell the rule, so that a subscription can choose rules.

comment on column change_feed.status is 'EPOCH: ADDED or REPLACED; RUN: status of the run then; ALERT: rule_id; ROOT: PUBLISHED or DISABLED';
