package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long days of rewards take; at full size: bench/rewards. */
@Tag("slow")
class RewardsSpeedTest {
  private static final int STAKERS = Integer.getInteger("proof.stakers", 400);
  private static final int DAYS = Integer.getInteger("proof.days", 2);
  private static final LocalDate FIRST = LocalDate.parse("2026-01-06");
  private static Tables tables;

  @BeforeAll
  static void fill() throws SQLException {
    tables = filled();
  }

  /** Tables of a network of this size, with 60 submissions that pay. */
  static Tables filled() throws SQLException {
    var tables = new Tables().withMonths("2026-01-01", "2026-01-31");
    try (var state = tables.stateUrl().connect();
        var statement = state.createStatement()) {
      for (var sql :
          """
          create function pg_temp.address(kind text, number integer) returns text
          language sql immutable return '0x' || kind || lpad(to_hex(number), 38, '0');

          insert into operators (
              operator_id, registered_at, is_registration_inferred, first_activity_at, last_activity_at,
              updated_at, updated_at_block
          )
          select pg_temp.address('00', i), '2025-01-01Z', false, '2025-01-01Z', '2025-01-01Z', '2025-01-01Z', 1
          from generate_series(1, %2$s) as i;

          -- most stakers are with few operators
          insert into operator_delegator_share_history (
              operator_id, staker_id, strategy_id, from_date, shares, is_dust, updated_at, updated_at_block
          )
          select
              pg_temp.address('00', 1 + (%2$s * power(i::float / %1$s, 3))::integer %% %2$s),
              pg_temp.address('11', i), pg_temp.address('22', 1 + (i + part * part) %% 15),
              '2025-06-01', 1000000000000000000::numeric * (1 + i %% 97) + i, false, '2025-01-01Z', 1
          from generate_series(1, %1$s) as i
          cross join generate_series(0, 2) as part;

          insert into operator_strategy_share_history (
              operator_id, strategy_id, from_date, shares, updated_at, updated_at_block
          )
          select operator_id, strategy_id, '2025-06-01', sum(shares), '2025-01-01Z', 1
          from operator_delegator_share_history
          group by operator_id, strategy_id;

          -- an operator is at ten AVSs of forty, in one set of each
          insert into operator_avs_registration_history (
              operator_id, avs_id, operator_set_id, registered_block, registered_log_index, registered_at,
              updated_at, updated_at_block
          )
          select
              pg_temp.address('00', i), pg_temp.address('33', avs),
              case when part = 1 then pg_temp.address('33', avs) || '-1' else '' end,
              1, 1, '2025-01-01Z', '2025-01-01Z', 1
          from generate_series(1, %2$s) as i
          cross join generate_series(1, 40) as avs
          cross join generate_series(0, 1) as part
          where (i * 7 + avs * 13) %% 4 = 0;

          insert into operator_set_strategy_history (
              operator_set_id, strategy_id, added_block, added_log_index, added_at, updated_at,
              updated_at_block
          )
          select
              pg_temp.address('33', avs) || '-1', pg_temp.address('22', strategy), 1, 1, '2025-01-01Z',
              '2025-01-01Z', 1
          from generate_series(1, 40) as avs
          cross join generate_series(1, 15) as strategy;

          insert into snapshot_days
          select day::date
          from generate_series(date '%3$s' - 2, date '%3$s' + 1, interval '1 day') as day;

          insert into operator_allocation_periods (
              operator_id, operator_set_id, strategy_id, from_date, current_magnitude, is_slashable
          )
          select
              members.operator_id, members.operator_set_id, held.strategy_id, date '%3$s' - 2, 1e17, true
          from operator_avs_registration_history as members
          join operator_strategy_share_history as held using (operator_id)
          where
              members.operator_set_id <> ''
              and members.avs_id in (select pg_temp.address('33', avs) from generate_series(1, 5) as avs);

          insert into operator_strategy_daily_snapshots (
              operator_id, strategy_id, snapshot_date, shares, max_magnitude, encumbered_magnitude,
              allocatable_magnitude, delegator_count, tvs_usd
          )
          select operator_id, strategy_id, day::date, shares, 1e18, 0, 0, 0, shares / 1e15
          from operator_strategy_share_history
          cross join generate_series(date '%3$s' - 2, date '%3$s' + 1, interval '1 day') as day;

          insert into rewards_submissions (
              submission_hash, submission_kind, avs_id, operator_set_id, submitter, token, amount,
              start_date, end_date, submitted_block, submitted_at, strategies_and_multipliers,
              operator_rewards, updated_at, updated_at_block
          )
          select
              lpad(to_hex(i), 64, '0'), kind,
              case when kind <> 'PI' then pg_temp.address('33', avs) end,
              case when kind like '%%STAKE' or kind like '%%SET' then pg_temp.address('33', avs) || '-1' end,
              'x', pg_temp.address('44', i %% 3), 1e24, '2025-12-01', '2026-12-01', 1, '2025-12-01Z',
              (
                  select jsonb_agg(jsonb_build_object(
                      'strategy', pg_temp.address('22', strategy), 'multiplier', '1000000000000000000'
                  ))
                  from generate_series(1, 15) as strategy
              ),
              case when kind like 'OPERATOR%%' then (
                  select jsonb_agg(jsonb_build_object('operator', operator_id, 'amount', '1000000000000000000000'))
                  from operator_avs_registration_history as members
                  where members.avs_id = pg_temp.address('33', avs) and members.operator_set_id = ''
              ) end,
              '2025-12-01Z', 1
          from (
              select
                  i, 1 + i %% 40 as avs,
                  case
                      when i <= 2 then 'PI'
                      when i <= 16 then 'AVS'
                      when i <= 36 then 'OPERATOR_DIRECTED_AVS'
                      when i <= 50 then 'OPERATOR_DIRECTED_SET'
                      when i <= 55 then 'UNIQUE_STAKE'
                      else 'TOTAL_STAKE'
                  end as kind
              from generate_series(1, 60) as i
          ) as kinds;

          analyze
          """
              .formatted(STAKERS, Math.max(20, STAKERS * 1_665 / 155_164), FIRST)
              .split(";\n\n")) {
        statement.execute(sql);
      }
    }
    return tables;
  }

  @AfterAll
  static void close() throws SQLException {
    tables.close();
  }

  /** Computes the yields of the newest day; returns seconds. */
  private static double yields() throws SQLException {
    tables.execute(
        tables.state(),
        """
        insert into strategies (strategy_id, underlying_token, decimals)
        select strategy_id, strategy_id, 18
        from (values ('0'), ('1'), ('2')) as suffixes (suffix)
        cross join lateral (values ('0x44' || lpad(suffix, 38, '0'))) as tokens (strategy_id)
        on conflict do nothing;
        insert into token_prices (token, at, price_usd)
        select underlying_token, day, 3
        from (select distinct underlying_token from strategies where underlying_token is not null) as tokens
        cross join generate_series(timestamptz '%1$s', timestamptz '%1$s' + interval '40 days', interval '1 day') as day
        on conflict do nothing
        """
            .formatted(FIRST + "T10:00:00Z"));
    var begun = System.nanoTime();
    try (var state = tables.stateUrl().connect()) {
      state.setAutoCommit(false);
      Stages.planRewards(state);
      Stages.planYields(state);
      SqlFile.set(
          state, Map.of("day", FIRST.plusDays(DAYS - 1L).toString(), "min_data_points", "1"));
      new StageRunner(state, state).run(Stages.YIELDS, List.of(), Tables.horizon(1, Tables.NOW));
      state.commit();
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  /**
   * The processor time of the server process of a connection, which other load on the machine does
   * not change; 0 where it cannot be read.
   */
  private static double processorSeconds(Connection state) throws Exception {
    try (var statement = state.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      var file = Path.of("/proc/%d/stat".formatted(row.getInt(1)));
      if (!Files.exists(file)) {
        return 0;
      }
      var fields = Files.readString(file).replaceAll(".*\\) ", "").split(" ");
      // ticks of 10 ms in user and system mode
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
  }

  @Test
  void days_of_sixty_submissions_take_seconds_and_keep_the_laws() throws Exception {
    var seconds = new ArrayList<Double>();
    var processorSeconds = new ArrayList<Double>();
    var tableSeconds = new TreeMap<String, Double>();
    for (var number = 0; number < DAYS; number++) {
      var day = FIRST.plusDays(number);
      var begun = System.nanoTime();
      try (var state = tables.stateUrl().connect()) {
        state.setAutoCommit(false);
        Sql.update(state, "set local jit = off; set local work_mem = '64MB'");
        Stages.planRewards(state);
        SqlFile.set(state, Map.of("day", day.toString(), "min_data_points", "7"));
        new StageRunner(state, state)
            .run(Stages.REWARDS, List.of(), Tables.horizon(1, Tables.NOW))
            .forEach(step -> tableSeconds.merge(step.table(), step.seconds(), Double::sum));
        state.commit();
        processorSeconds.add(processorSeconds(state));
      }
      seconds.add((System.nanoTime() - begun) / 1e9);
    }

    System.out.printf(
        Locale.ROOT,
        "%,d stakers, %s operators, 60 submissions: seconds per day %s, of one processor %s%n",
        STAKERS,
        tables.rows("select count(*) from operators").getFirst().getFirst(),
        seconds,
        processorSeconds);
    System.out.printf(Locale.ROOT, "yields of %d days: %.1f s%n", DAYS, yields());
    for (var table : List.of("operator_daily_rewards", "earner_days", "daily_reward_sums")) {
      System.out.println(
          "%s: %.1f s a day".formatted(table, tableSeconds.getOrDefault(table, 0.0) / DAYS));
      System.out.println(
          table
              + ": "
              + tables
                  .rows(
                      "select count(*), pg_total_relation_size('%s') from %s"
                          .formatted(table, table))
                  .getFirst());
    }
    assertThat(
            tables.rows(
                """
                select submission_hash, reward_date
                from operator_daily_rewards
                join rewards_submissions using (submission_hash)
                where submission_kind not like 'OPERATOR%%'
                group by submission_hash, reward_date, amount, end_date, start_date
                having
                    sum(operator_amount + stakers_amount + refund_amount)
                    > div(amount, (end_date - start_date)::numeric)
                """))
        .isEmpty();
    assertThat(
            tables.rows(
                "select (select sum(operator_amount + stakers_amount + refund_amount) from"
                    + " operator_daily_rewards) - (select sum(amount) from earner_daily_rewards)"))
        .containsExactly(List.of("0"));
    assertThat(seconds).hasSize(DAYS);
  }
}
