package dev.operatoranalytics.alert;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.pipeline.RealTables;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** Two operators to which something of each kind happened, and something similar that is none. */
final class AlertWorld implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-22T12:00:00Z");
  static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");

  static final AlertSettings SETTINGS =
      new AlertSettings(
          Duration.ofDays(90), Duration.ofSeconds(1), Duration.ofDays(3), false, null);

  private final RealTables tables = new RealTables();

  void fill() throws SQLException {
    tables.tables().clear();
    tables.tables().withMonths("2026-01-01", "2026-01-31");
    tables
        .tables()
        .execute(tables.tables().state(), "insert into alert_evaluation (version) values (-1)");
    given(
        "strategies",
        """
        strategy_id | symbol | underlying_token | decimals
        stETH       | stETH  | steth            | 18
        """);
    given(
        "token_prices",
        """
        token | at                   | price_usd
        steth | 2023-12-31T00:00:00Z | 2000
        """);
    given(
        "operator_registered_events",
        """
        operator_id | delegation_approver                        | block_number
        alice       | 0x0000000000000000000000000000000000000000 | 10
        bob         | 0x0000000000000000000000000000000000000000 | 10
        """);
    given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type | block_number
        alice       | sam       | DELEGATED       | 20
        bob         | bea       | DELEGATED       | 20
        """);
    given(
        "operator_share_events",
        """
        operator_id | staker_id                                  | strategy_id | shares               | event_type | block_number
        alice       | sam                                        | stETH       | 10000000000000000000 | INCREASED  | 20
        bob         | bea                                        | stETH       | 4000000000000000000  | INCREASED  | 20
        alice       | 0x0000000000000000000000000000000000000000 | stETH       | 1000000000000000000  | DECREASED  | 200
        alice       | sam                                        | stETH       | 1000000000000000000  | DECREASED  | 300
        """);
    given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        alice       | da-1            | 50
        bob         | oracle-2        | 50
        """);
    given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number | log_index | transaction_hash
        alice       | da-1            | stETH       | 400000000000000000 | 100          | 100          | 1         | allocated
        alice       | da-1            | stETH       | 700000000000000000 | 150          | 150          | 1         | raised
        alice       | da-1            | stETH       | 200000000000000000 | 160          | 160          | 1         | lowered
        bob         | oracle-2        | stETH       | 300000000000000000 | 170          | 170          | 1         | first
        alice       | da-1            | stETH       | 100000000000000000 | 200          | 200          | 1         | slash
        """);
    given(
        "redistribution_address_set_events",
        """
        operator_set_id | redistribution_recipient | block_number
        da-1            | rita                     | 40
        """);
    given(
        "slasher_updated_events",
        """
        operator_set_id | slasher | effect_block | block_number
        da-1            | sid     | 170          | 150
        da-1            | sly     | 1000         | 180
        oracle-2        | sue     | 50           | 50
        """);
    given(
        "allocation_delay_set_events",
        """
        operator_id | delay | effect_block | block_number
        alice       | 10    | 130          | 130
        alice       | 10    | 131          | 131
        """);
    given(
        "delegation_approver_updated_events",
        """
        operator_id | new_delegation_approver                    | block_number
        alice       | ada                                        | 140
        bob         | 0x0000000000000000000000000000000000000000 | 140
        """);
    given(
        "max_magnitude_updated_events",
        """
        operator_id | strategy_id | max_magnitude      | block_number | log_index | transaction_hash
        alice       | stETH       | 900000000000000000 | 200          | 2         | slash
        """);
    given(
        "operator_shares_slashed_events",
        """
        operator_id | strategy_id | total_slashed_shares | block_number | log_index | transaction_hash
        alice       | stETH       | 1000000000000000000  | 200          | 3         | slash
        """);
    given(
        "operator_slashed_events",
        """
        operator_id | operator_set_id | strategies | wad_slashed          | description | block_number | log_index | transaction_hash
        alice       | da-1            | {stETH}    | {100000000000000000} | late        | 200          | 4         | slash
        """);
    given(
        "operator_pi_split_bips_set_events",
        """
        caller | operator_id | activated_at | old_operator_pi_split_bips | new_operator_pi_split_bips | block_number
        alice  | alice       | 1704080000   | 1000                       | 2000                       | 120
        bob    | bob         | 1704080000   | 1000                       | 1000                       | 120
        """);
    given(
        "withdrawal_events",
        """
        withdrawal_root | staker_id | delegated_to_id | withdrawer | nonce | start_block | strategies | shares                | event_type | block_number
        root            | sam       | alice           | sam        | 0     | 300         | {stETH}    | {1000000000000000000} | QUEUED     | 300
        """);
    tables.updateWhatChanged();
    tables.execute(
        """
        insert into pipeline_runs
            (run_id, job, run_trigger, status, fence, started_at, ended_at, error)
        overriding system value
        values
            (900, 'snapshots', 'SCHEDULE', 'FAILED', 1, '2026-01-22T11:00:00Z',
                '2026-01-22T11:10:00Z', 'disk full'),
            (901, 'snapshots', 'SCHEDULE', 'SUCCEEDED', 1, '2026-01-22T11:00:00Z',
                '2026-01-22T11:10:00Z', null),
            (902, 'snapshots', 'SCHEDULE', 'CANCELLED', 1, '2026-01-22T11:00:00Z',
                '2026-01-22T11:10:00Z', null);
        insert into pipeline_partitions (stage, partition_date, status, taken_at, seconds)
        values
            ('snapshot', '2026-01-20', 'DONE', '2026-01-21T00:05:00Z', 1),
            ('analytics', '2026-01-20', 'DONE', '2026-01-21T00:35:00Z', 1);
        -- alice fell on the day, carol on the day before and a little more, bob a little, and a price of dan is missing
        insert into operator_daily_snapshots (
            operator_id, snapshot_date, is_active, registered_at, active_avs_count,
            registered_avs_count, active_operator_set_count, active_delegators, delegated_stakers,
            total_delegators, strategy_count, total_slash_events, total_tvs, tvs_status,
            unpriced_strategy_count
        )
        select
            name, day::date, true, '2024-01-01T00:02:00Z', 0, 0, 0, 1, 1, 1, 1, 0, tvs,
            case when tvs = 100 then 'PARTIAL' else 'COMPLETE' end, (tvs = 100)::integer
        from (
            values
                ('alice', '2026-01-12', 1000), ('alice', '2026-01-13', 1000),
                ('alice', '2026-01-19', 1000), ('alice', '2026-01-20', 700),
                ('bob', '2026-01-13', 1000), ('bob', '2026-01-20', 900),
                ('carol', '2026-01-12', 1000), ('carol', '2026-01-13', 1000),
                ('carol', '2026-01-19', 700), ('carol', '2026-01-20', 690),
                ('dan', '2026-01-13', 1000), ('dan', '2026-01-20', 100)
        ) as held (name, day, tvs);
        insert into operator_analytics (
            operator_id, date, risk_score, risk_level, confidence, performance_score,
            economic_score, slash_score, tenure_score, commission_score, operational_days,
            total_slash_events, commission_changes_90d, data_days, has_sufficient_data, missing,
            slash_loss, gap_days
        )
        select name, day::date, score, level, 90, 50, 50, 50, 50, 50, 700, 0, 0, 30, true, '{}', 0, 0
        from (
            values
                ('alice', '2026-01-18', 85, 'LOW'), ('alice', '2026-01-20', 50, 'HIGH'),
                ('bob', '2026-01-19', 70, 'MEDIUM'), ('bob', '2026-01-20', 85, 'LOW')
        ) as rated (name, day, score, level);
        update operator_flags set reason = 'more than before';
        update queued_withdrawals
        set completable_at_block = 300, completable_at = '2024-01-01T01:00:00Z',
            is_completable = true, current_usd = 1900;
        insert into queued_withdrawals (
            operator_id, withdrawal_root, staker_id, withdrawer, nonce, start_block, queued_block,
            queued_at, completable_at_block, completable_at, is_completable_at_estimated,
            is_completable, updated_at, updated_at_block
        )
        values (
            'bob', 'waits', 'bea', 'bea', 0, 300, 300, '2024-01-01T01:00:00Z', 301,
            '2024-01-01T01:00:12Z', true, false, now(), 300
        );
        insert into queued_withdrawals (
            operator_id, withdrawal_root, staker_id, withdrawer, nonce, start_block, queued_block,
            queued_at, completable_at_block, completable_at, is_completable_at_estimated,
            is_completable, current_usd_status, completed_block, completed_at, updated_at,
            updated_at_block
        )
        values (
            'bob', 'done', 'ben', 'ben', 0, 200, 200, '2024-01-01T00:40:00Z', 290,
            '2024-01-01T00:58:00Z', false, false, 'WITHDRAWAL_COMPLETED', 295,
            '2024-01-01T00:59:00Z', now(), 300
        );
        insert into queued_withdrawal_shares (
            operator_id, withdrawal_root, place, strategy_id, is_queued, shares, current_shares,
            current_shares_status, current_usd_status, updated_at, updated_at_block
        )
        values ('bob', 'done', 0, 'left', false, 0, 975, 'KNOWN', 'WITHDRAWAL_COMPLETED', now(), 300);
        insert into strategy_quotes (
            strategy_id, exchange_rate, rate_status, usd_per_share_unit, updated_at, updated_at_block
        )
        values ('left', 1e18, 'QUOTED', 2, now(), 300);
        update pipeline_checkpoints set last_processed_at = '2026-01-22T04:00:00Z'
        """);
  }

  void given(String table, String text) {
    tables.tables().given(table, text);
  }

  RealTables tables() {
    return tables;
  }

  PGSimpleDataSource state() {
    var url = tables.tables().stateUrl();
    var source = new PGSimpleDataSource();
    source.setUrl(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    return source;
  }

  static Clock at(Instant moment) {
    return Clock.fixed(moment, ZoneOffset.UTC);
  }

  /** A rule that reports facts from the beginning. */
  long rule(NewRule rule) throws SQLException {
    return rule(rule, BEGIN);
  }

  /** A rule that reports facts after an instant. */
  long rule(NewRule rule, Instant since) throws SQLException {
    rule.check();
    try (var connection = state().getConnection()) {
      return AlertRules.insert(connection, rule, since, "test", at(NOW));
    }
  }

  int evaluate(Instant moment) throws SQLException {
    return new AlertEvaluator(state(), SETTINGS, at(moment)).evaluate();
  }

  /** Alerts of a rule in the order in which they fired. */
  List<String> fired(long rule) {
    return tables
        .rows(
            """
            select coalesce(operator_id || ' ' || block_number, fact_key) from alerts
            where rule_id = %d
            order by alert_id
            """
                .formatted(rule))
        .stream()
        .map(List::getFirst)
        .toList();
  }

  @Override
  public void close() throws SQLException {
    tables.close();
  }
}
