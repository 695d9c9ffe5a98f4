package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each SQL file is in exactly one stage, and reads only tables above it. */
class SqlFilesTest {
  private static final Path FILES = Path.of("src/main/sql");
  private static final Set<String> INPUTS =
      Set.of(
          "token_prices",
          "known_strategies",
          "known_exchange_rates",
          "operator_metadata",
          "token_metadata",
          "restaked_strategy_days",
          "operator_restaked_strategies");

  @Test
  void every_file_is_in_exactly_one_stage_list() throws IOException {
    var listed = new ArrayList<String>();
    for (var stage : Stages.ALL) {
      stage.tables().forEach(table -> table.selects().forEach(select -> listed.add(select.path())));
    }
    listed.removeIf(path -> path.startsWith("stakers/"));
    assertThat(listed).doesNotHaveDuplicates();

    assertThat(
            files(
                "protocol",
                "rebuild",
                "valuation",
                "snapshot",
                "analytics",
                "rewards",
                "yields",
                "ranks"))
        .containsExactlyInAnyOrderElementsOf(listed);
    assertThat(files("day_end"))
        .containsExactlyInAnyOrderElementsOf(
            Stages.DAY_END.tables().stream()
                .map(table -> table.select().path())
                .filter(path -> path.startsWith("day_end/"))
                .toList());
    assertThat(files("stakers"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Stages.STAKERS, Stages.WITHOUT_OPERATOR)
                .flatMap(stage -> stage.tables().stream())
                .map(table -> table.select().path())
                .filter(path -> path.startsWith("stakers/"))
                .toList());
    assertThat(files("figures"))
        .containsExactlyInAnyOrderElementsOf(
            Stages.FIGURES.tables().stream()
                .map(table -> Objects.requireNonNull(table.valuation()).path())
                .toList());
    assertThat(files("checks"))
        .containsExactlyInAnyOrderElementsOf(
            Check.ALL.stream().map(check -> check.select().path()).toList());
    assertThat(files("extraction"))
        .containsExactlyInAnyOrder(
            "extraction/affected_operators.sql",
            "extraction/affected_stakers.sql",
            "extraction/contradicted_operators.sql",
            "extraction/days.sql",
            "extraction/first_written_block.sql",
            "extraction/first_written_claim.sql",
            "extraction/head.sql",
            "extraction/matured_operators.sql",
            "extraction/moment.sql",
            "extraction/new_rates.sql",
            "extraction/operators_between_blocks.sql",
            "extraction/requoted_days.sql",
            "extraction/requoted_strategies.sql",
            "extraction/rows_above_safe_block.sql",
            "extraction/written_days.sql");
  }

  @Test
  void a_select_reads_only_events_and_tables_above_it() {
    var above = new TreeSet<>(INPUTS);
    for (var stage : Stages.ALL) {
      for (var step : stage.steps()) {
        assertReadsOnly(above, step);
        above.add(step.name());
      }
      for (var table : stage.tables()) {
        if (stage.equals(Stages.SNAPSHOT)) {
          // a day carries over rows of the day before
          above.add(table.table());
        }
        assertReadsOnly(above, table.select());
        above.add(table.table());
        if (table.valuation() != null) {
          assertReadsOnly(above, table.valuation());
        }
      }
    }
  }

  private static void assertReadsOnly(Set<String> above, SqlFile select) {
    assertThat(select.reads())
        .as(select.path())
        .allSatisfy(
            name ->
                assertThat(name)
                    .satisfiesAnyOf(
                        one -> assertThat(one).endsWith("_events"),
                        one -> assertThat(above).contains(one)));
  }

  @Test
  void every_file_begins_with_its_content_grain_and_units() throws IOException {
    for (var file :
        files(
            "alerts",
            "analytics",
            "checks",
            "day_end",
            "extraction",
            "figures",
            "protocol",
            "ranks",
            "rebuild",
            "snapshot",
            "valuation",
            "analytics/steps",
            "rewards",
            "rewards/steps",
            "as_of/steps",
            "yields",
            "rebuild/steps",
            "stakers",
            "stakers/steps",
            "extraction/steps")) {
      var head = Files.readAllLines(FILES.resolve(file)).subList(0, 3);
      assertThat(head.get(0)).as(file).startsWith("-- ").endsWith(".");
      assertThat(head.get(1)).as(file).startsWith("-- Grain: ");
      assertThat(head.get(2)).as(file).startsWith("-- Units: ");
    }
  }

  private static List<String> files(String... stages) throws IOException {
    var found = new ArrayList<String>();
    for (var stage : stages) {
      try (var files = Files.list(FILES.resolve(stage))) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> found.add(stage + "/" + file.getFileName()));
      }
    }
    return found;
  }
}
