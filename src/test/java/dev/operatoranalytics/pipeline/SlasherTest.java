package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who may slash operator sets, and how long allocations wait. */
class SlasherTest {
  @AutoClose private final Tables tables = new Tables();

  private void slasher(String set, String slasher, long effectBlock, long block) {
    tables.given(
        "slasher_updated_events",
        """
        operator_set_id | slasher | effect_block | block_number
        %s              | %s      | %d           | %d
        """
            .formatted(set, slasher, effectBlock, block));
  }

  @Test
  void a_new_slasher_waits_for_its_block_unless_another_replaces_it() {
    slasher("avs-1", "first", 100, 100);
    slasher("avs-1", "never", 300, 200);
    slasher("avs-1", "second", 400, 299);
    slasher("avs-2", "first", 100, 100);
    slasher("avs-2", "second", 200, 150);
    slasher("avs-2", "third", 400, 200);
    tables.given(
        "slasher_migrated_events",
        """
        operator_set_id | slasher | block_number
        avs-3           | moved   | 350
        """);
    tables.given(
        "redistribution_address_set_events",
        """
        operator_set_id | redistribution_recipient                   | block_number
        avs-3           | receiver                                   | 100
        avs-4           | 0x00000000000000000000000000000000000e16e4 | 100
        """);

    tables.rebuildUntil(399, List.of());

    tables.expect(
        "operator_sets",
        """
        operator_set_id | slasher | slasher_source | pending_slasher | pending_slasher_effect_block | is_redistributing | created_at
        avs-1           | first   | EVENT          | second          | 400                          | f                 | -
        avs-2           | second  | EVENT          | third           | 400                          | f                 | -
        avs-3           | moved   | EVENT          | -               | -                            | t                 | -
        avs-4           | avs     | AVS_DEFAULT    | -               | -                            | f                 | -
        """);
    tables.expect(
        "operator_set_slasher_history",
        """
        operator_set_id | announced_block | slasher_before | slasher | effect_block | is_standing
        avs-1           | 200             | first          | never   | 300          | f
        avs-1           | 299             | first          | second  | 400          | t
        avs-2           | 150             | first          | second  | 200          | t
        avs-2           | 200             | second         | third   | 400          | t
        """);

    tables.execute(tables.events(), "drop table slasher_updated_events");
    tables.rebuildUntil(400, List.of());

    tables.expect(
        "operator_sets",
        """
        operator_set_id | slasher | slasher_source
        avs-3           | -       | UNKNOWN
        avs-4           | -       | UNKNOWN
        """);
  }

  @Test
  void a_change_of_slasher_that_takes_effect_rebuilds_the_members() {
    slasher("avs-1", "first", 100, 100);
    slasher("avs-1", "second", 210, 100);
    tables.given(
        "operator_added_to_operator_set_events",
        """
        operator_id | operator_set_id | block_number
        alice       | avs-1           | 200
        """);
    tables.update();
    for (var table : List.of("slasher_updated", "operator_added_to_operator_set")) {
      tables.execute(
          tables.events(),
          "update %s_events set created_at = '2024-01-01', updated_at = '2024-01-01'"
              .formatted(table));
    }
    tables.update();
    tables.given(
        "operator_metadata_update_events",
        """
        operator_id | metadata_uri | block_number
        bob         | uri          | 220
        """);

    assertThat(tables.update().failed()).isEmpty();

    assertThat(
            tables.rows(
                """
                select operator_id from pipeline_run_operators
                where run_id = (select max(run_id) from pipeline_run_operators) and reason = 'MATURED'
                """))
        .containsExactly(List.of("alice"));
  }

  @Test
  void a_new_allocation_delay_waits_for_its_block_unless_another_replaces_it() {
    tables.given(
        "allocation_delay_set_events",
        """
        operator_id | delay | effect_block | block_number
        alice       | 5     | 100          | 100
        alice       | 9     | 300          | 150
        alice       | 7     | 320          | 200
        bob         | 0     | 300          | 200
        """);

    tables.rebuildUntil(299, List.of("alice", "bob", "carol"));

    tables.expect(
        "operator_allocation_delays",
        """
        operator_id | current_blocks | pending_blocks | pending_effect_block
        alice       | 5              | 7              | 320
        bob         | -              | 0              | 300
        """);

    tables.rebuildUntil(320, List.of("alice", "bob", "carol"));

    tables.expect(
        "operator_allocation_delays",
        """
        operator_id | current_blocks | pending_blocks
        alice       | 7              | -
        bob         | 0              | -
        """);
  }
}
