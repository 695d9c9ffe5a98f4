package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Selects read the tables of the declared kinds that a source has. */
class EventRelationsTest {
  @AutoClose private final Tables tables = new Tables();

  @Test
  void logs_of_any_kind_affect_the_operators_they_belong_to() {
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type
        alice       | ann       | DELEGATED
        bob         | ben       | DELEGATED
        """);
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id
        bob         | eigenDA-1
        """);
    tables.update();

    tables.given(
        "beacon_chain_slashing_events",
        """
        staker_id | prev_beacon_chain_slashing_factor | new_beacon_chain_slashing_factor
        ann       | 1000000000000000000               | 900000000000000000
        """);
    assertThat(touched()).containsExactly(List.of("alice"));
    tables.given(
        "slasher_updated_events",
        """
        operator_set_id | slasher | effect_block
        eigenDA-1       | eve     | 200
        """);
    assertThat(touched()).containsExactly(List.of("alice"), List.of("bob"));
  }

  /** Operators that a run rebuilt for rows that do not name them. */
  private List<List<String>> touched() {
    // rows that name operators were read before
    for (var table : List.of("staker_delegation", "operator_added_to_operator_set")) {
      tables.execute(
          tables.events(),
          "update %s_events set created_at = '2024-01-01', updated_at = '2024-01-01'"
              .formatted(table));
    }
    tables.update();
    return tables.rows(
        "select distinct operator_id from pipeline_run_operators where reason = 'TOUCHED' order by"
            + " 1");
  }

  @Test
  void a_source_without_optional_tables_works_as_before() throws Exception {
    tables.given(
        "staker_delegation_events",
        """
        operator_id | staker_id | delegation_type
        alice       | ann       | DELEGATED
        """);
    tables.given(
        "operator_share_events",
        """
        operator_id | staker_id | strategy_id | shares | event_type
        alice       | ann       | stETH       | 70     | INCREASED
        """);
    tables.update(true);
    var complete = tables.whole();
    for (var kind : EventKinds.STORED) {
      if (kind.isOptional()) {
        tables.execute(tables.events(), "drop table if exists " + kind.table());
      }
    }

    assertThat(tables.update(true).failed()).isEmpty();
    assertThat(tables.whole()).isEqualTo(complete);
    assertThat(tables.checks())
        .extracting(Check.CheckResult::status)
        .doesNotContain(Check.CheckStatus.UNREADABLE);
    for (var table :
        EventKinds.STORED.stream().filter(EventKind::isOptional).map(EventKind::table).toList()) {
      var select = new SqlFile(table, "select held.block_number from %s as held".formatted(table));
      assertThat(tables.eventRows(select.on(tables.events()).statement())).isEmpty();
    }
  }
}
