-- All kinds of alerts, and subscriptions to them.

alter table alert_rules
    drop constraint alert_rules_kind_check,
    add constraint alert_rules_kind_check check (
        kind in (
            'SLASH', 'ALLOCATION', 'REDISTRIBUTING_SET_JOINED', 'ALLOCATION_DELAY_CHANGE', 'SLASHER_CHANGE',
            'COMMISSION_CHANGE', 'APPROVER_CHANGE', 'UNDELEGATION', 'TVS_DROP', 'RISK_LEVEL_WORSE',
            'WITHDRAWAL_COMPLETABLE', 'STALE_PRICE', 'RUN_FAILED', 'STALE_PIPELINE'
        )
    );

create index operator_activity_delay_set on operator_activity (operator_id)
where activity_type = 'ALLOCATION_DELAY_SET';

alter table change_feed
    drop constraint change_feed_kind_check,
    add constraint change_feed_kind_check
        check (kind in ('OPERATOR', 'ANALYTICS', 'EPOCH', 'RUN', 'ALERT'));
comment on column change_feed.key is 'OPERATOR: operator_id; ANALYTICS: the day; EPOCH: its number; RUN: run_id; ALERT: alert_id';
