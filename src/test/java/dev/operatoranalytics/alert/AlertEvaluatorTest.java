package dev.operatoranalytics.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.alert.AlertRules.RuleChange;
import dev.operatoranalytics.pipeline.RunRequestRejected;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule reports each fact once, from its creation on. */
class AlertEvaluatorTest {
  private static final Instant NOW = AlertWorld.NOW;
  private static final AlertSubject ALL = new AlertSubject(null, null, null);

  @AutoClose private static final AlertWorld world = new AlertWorld();

  private AlertRules rules;

  @BeforeEach
  void fill() throws Exception {
    world.fill();
    rules = new AlertRules(world.state(), AlertWorld.at(Instant.parse("2024-01-01T01:30:00Z")));
  }

  private static NewRule allocations() {
    return new NewRule("allocations", AlertKind.ALLOCATION, ALL, AlertLimits.NONE, true, List.of());
  }

  @Test
  void a_fact_fires_once_for_each_rule_whoever_evaluates_how_often() throws Exception {
    var one = world.rule(allocations());
    var other = world.rule(allocations());

    var evaluations =
        IntStream.range(0, 8)
            .mapToObj(
                each ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            return world.evaluate(NOW.plusSeconds(61L * each));
                          } catch (SQLException e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toList();
    evaluations.forEach(CompletableFuture::join);
    world.tables().execute("update alert_rules set evaluated_position = null");
    world.evaluate(NOW.plusSeconds(3_600));

    assertThat(world.fired(one)).containsExactly("alice 100", "alice 150", "bob 170");
    assertThat(world.fired(other)).containsExactly("alice 100", "alice 150", "bob 170");
  }

  @Test
  void a_new_rule_reports_only_what_the_state_did_not_hold() throws Exception {
    var rule = rules.create(allocations(), null, "test");
    assertThat(world.evaluate(NOW)).isZero();

    world.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number
        bob         | oracle-2        | stETH       | 500000000000000000 | 400          | 400
        """);
    world.tables().updateWhatChanged();

    assertThat(world.evaluate(NOW)).isEqualTo(1);
    assertThat(world.fired(rule)).containsExactly("bob 400");
  }

  @Test
  void a_new_rule_reports_what_happened_after_a_given_instant_of_the_last_30_days()
      throws Exception {
    var now = Instant.parse("2024-01-01T01:30:00Z");
    var rule = rules.create(allocations(), now.minus(Duration.ofDays(30)), "test");
    world.evaluate(NOW);
    assertThat(world.fired(rule)).containsExactly("alice 100", "alice 150", "bob 170");

    for (var since : List.of(now.minus(Duration.ofDays(31)), now.plusSeconds(1))) {
      assertThatThrownBy(() -> rules.create(allocations(), since, "test"))
          .hasMessage("since is an instant of the last 30 days, not " + since);
    }
  }

  @Test
  void an_allocation_after_a_slash_is_reported_as_such() throws Exception {
    var rule = rules.create(allocations(), null, "test");
    world.given(
        "allocation_events",
        """
        operator_id | operator_set_id | strategy_id | magnitude          | effect_block | block_number
        alice       | da-1            | stETH       | 150000000000000000 | 400          | 400
        """);
    world.tables().updateWhatChanged();
    world.evaluate(NOW);

    assertThat(world.fired(rule)).containsExactly("alice 400");
    assertThat(
            world
                .tables()
                .rows("select figures ->> 'isSlashedSincePrevious' from alerts")
                .toString())
        .isEqualTo("[[true]]");
  }

  @Test
  void a_disabled_rule_reports_nothing_and_forgets_what_happened_meanwhile() throws Exception {
    var rule = world.rule(allocations());
    rules.update(rule, new RuleChange("paused", null, false, null));
    assertThat(world.evaluate(NOW)).isZero();

    rules.update(rule, new RuleChange(null, null, true, null));
    assertThat(world.evaluate(NOW)).isZero();
    assertThat(world.tables().rows("select name, is_enabled from alert_rules").toString())
        .isEqualTo("[[paused, t]]");
  }

  @Test
  void a_dry_run_lists_what_would_have_fired_and_stores_nothing() throws Exception {
    var evaluator = new AlertEvaluator(world.state(), AlertWorld.SETTINGS, AlertWorld.at(NOW));
    world.tables().execute("update pipeline_checkpoints set safe_at = '2024-01-02T00:25:00Z'");

    var facts = evaluator.dryRun(allocations(), 1);

    assertThat(facts.stream().map(fact -> fact.operator() + " " + fact.blockNumber()))
        .containsExactly("alice 150", "bob 170");
    assertThat(evaluator.dryRun(allocations(), 2)).hasSize(3);
    assertThat(world.tables().rows("select * from alert_rules")).isEmpty();
    assertThat(world.tables().rows("select * from alerts")).isEmpty();
    assertThatThrownBy(() -> evaluator.dryRun(allocations(), 91))
        .hasMessage("days is 1 to 90, not 91");
  }

  @Test
  void a_day_that_is_taken_later_is_evaluated_then() throws Exception {
    var rule =
        world.rule(
            new NewRule(
                "drops",
                AlertKind.TVS_DROP,
                ALL,
                new AlertLimits(null, BigDecimal.valueOf(20), 7, null, null),
                true,
                List.of()));
    world.tables().execute("update pipeline_partitions set status = 'STALE'");
    world.evaluate(NOW);
    assertThat(world.fired(rule)).isEmpty();

    world
        .tables()
        .execute(
            "update pipeline_partitions set status = 'DONE', taken_at = '2026-01-22T12:01:00Z'");
    world.evaluate(NOW.plusSeconds(120));
    world.evaluate(NOW.plusSeconds(240));
    assertThat(world.fired(rule)).containsExactly("alice-7-2026-01-20");
  }

  @Test
  void a_flag_that_is_set_again_fires_again_and_one_that_changes_does_not() throws Exception {
    var rule =
        world.rule(
            new NewRule(
                "sets",
                AlertKind.FLAG_RAISED,
                ALL,
                new AlertLimits(null, null, null, null, "REDISTRIBUTING_SET"),
                true,
                List.of()));
    world.evaluate(NOW);
    world.tables().execute("update operator_flags set figure = 0.5");
    world.evaluate(NOW.plusSeconds(120));
    assertThat(world.fired(rule)).containsExactly("alice 300");

    world.tables().execute("create table away as select * from operator_flags");
    world.tables().execute("delete from operator_flags");
    world.evaluate(NOW.plusSeconds(240));
    world
        .tables()
        .execute(
            """
            insert into operator_flags select * from away;
            drop table away;
            update pipeline_checkpoints
            set safe_block = 400, safe_at = '2024-01-01T01:20:00Z'
            """);
    world.evaluate(NOW.plusSeconds(360));
    assertThat(world.fired(rule)).containsExactly("alice 300", "alice 400");
  }

  @Test
  void a_deleted_rule_takes_its_alerts_along() throws Exception {
    var rule = world.rule(allocations());
    world.evaluate(NOW);

    assertThat(rules.delete(rule)).isEqualTo("allocations");

    assertThat(world.tables().rows("select * from alerts")).isEmpty();
    assertThatThrownBy(() -> rules.delete(rule))
        .isInstanceOf(RunRequestRejected.class)
        .hasMessage("no such alert rule: " + rule);
  }

  @Test
  void facts_older_than_a_month_do_not_fire_and_old_alerts_are_deleted() throws Exception {
    var rule = world.rule(allocations());
    world.tables().execute("update pipeline_checkpoints set safe_at = '2024-01-31T00:25:00Z'");
    world.evaluate(NOW);
    assertThat(world.fired(rule)).containsExactly("alice 150", "bob 170");

    world.evaluate(NOW.plusSeconds(91L * 86_400));
    assertThat(world.fired(rule)).isEmpty();
  }
}
