-- Alerts of flags.

alter table alert_rules
    add column flag text,
    drop constraint alert_rules_kind_check,
    add constraint alert_rules_kind_check check (
        kind in (
            'SLASH', 'ALLOCATION', 'REDISTRIBUTING_SET_JOINED', 'ALLOCATION_DELAY_CHANGE', 'SLASHER_CHANGE',
            'COMMISSION_CHANGE', 'APPROVER_CHANGE', 'UNDELEGATION', 'FLAG_RAISED', 'TVS_DROP', 'RISK_LEVEL_WORSE',
            'WITHDRAWAL_COMPLETABLE', 'STALE_PRICE', 'RUN_FAILED', 'STALE_PIPELINE'
        )
    );
comment on column alert_rules.flag is 'the only flag that is reported; null for all flags, and for other kinds';
comment on column alerts.link is 'path below this server of a page about the subject';

create table alert_flags (
    flag text not null,
    operator_id text not null,
    subject_id text not null,
    raised_at timestamptz not null,
    raised_block bigint not null,
    primary key (flag, operator_id, subject_id)
);
comment on table alert_flags is 'Flags that are set, and since when: operator_flags changes with the figures of a flag, this table does not.';
comment on column alert_flags.raised_at is 'time that the state was as of when the flag was found';
comment on column alert_flags.raised_block is 'block that the state was as of then';
