package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.epochs.DocumentText;
import dev.operatoranalytics.epochs.EpochTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Opens every page in Chromium, where it and the packages of src/test/node are installed. */
@EnabledIf(
    value = "isInstalled",
    disabledReason =
        "the pages are tested where /usr/bin/chromium exists and npm ci --ignore-scripts --prefix"
            + " src/test/node was run")
@Tag("slow")
class PagesTest {
  private static final Path NODE = Path.of("src/test/node");
  private static final int EPOCHS = 40;
  private static final List<Integer> DOMAIN_OPERATORS = List.of(0, 7, 9);
  private static final String PREFIX = "/some/analytics";
  private static final String TOKEN = "the token of an administrator";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(Map.of("operator-analytics.access.admin-token", TOKEN)).withDays();

  static boolean isInstalled() {
    return Files.exists(NODE.resolve("node_modules/playwright-core"))
        && Files.isExecutable(Path.of("/usr/bin/chromium"));
  }

  /** Texts that would be markup, script or a change of direction if they were not text. */
  private static final List<String> BAD_TEXTS =
      List.of(
          "<img src=x onerror=alert(1)><script>alert(2)</script>",
          "\u202Egnidaer\u202C اسم المشغل",
          "W".repeat(5_000));

  /** Gives the objects that pages show first the bad texts as names. */
  @BeforeAll
  static void takeDaysAndNameBadly(@TempDir Path directory) throws Exception {
    var tables = server.tables();
    var operators =
        first("operator_id from operator_state order by total_tvs desc, operator_id limit 3");
    var avses =
        first(
            "split_part(operator_set_id, '-', 1) from operator_slashing_incidents group by 1"
                + " order by max(slashed_block) desc limit 3");
    var strategies =
        first(
            "strategy_id from strategies join strategy_state using (strategy_id)"
                + " order by tvs_usd desc nulls last, strategy_id limit 3");
    var lines = new StringBuilder("operator,avs,name,description,website\n");
    for (var i = 0; i < BAD_TEXTS.size(); i++) {
      var text = BAD_TEXTS.get(i);
      for (var subject : List.of(operators.get(i) + ",", "," + avses.get(i))) {
        lines.append("%1$s,\"%2$s\",\"%2$s\",javascript:alert(3)\n".formatted(subject, text));
      }
      tables.execute(
          """
          update strategies set symbol = '%1$s' where strategy_id = '%2$s';
          update operator_slashing_incidents set description = '%1$s'
          where (operator_id, transaction_hash, log_index) = (
              select operator_id, transaction_hash, log_index from operator_slashing_incidents
              order by slashed_block desc, log_index desc offset %3$s limit 1);
          insert into operators_metadata (operator_id, name) values (%4$s, '%1$s');
          with rule as (
              insert into alert_rules (name, kind, is_enabled, since, created_at, created_by)
              values (left('%1$s', 200), 'SLASH', false, now(), now(), 'test')
              returning rule_id)
          insert into alerts (rule_id, fact_key, kind, operator_id, avs_id, happened_at, figures, link, fired_at)
          select rule_id, 'fact', 'SLASH', '%5$s', '%6$s', now(), '{}', '/', now() from rule;
          """
              .formatted(
                  text,
                  strategies.get(i),
                  Integer.toString(i),
                  Integer.toString(DOMAIN_OPERATORS.get(i)),
                  operators.get(i),
                  avses.get(i)));
    }
    tables.importMetadata(Files.writeString(directory.resolve("names.csv"), lines));
    importEpochs(directory, 0, EPOCHS);
    tables.takeDays(LocalDate.parse("2026-01-07"), DemoTables.FIRST_DAY);
  }

  private static List<String> first(String columns) {
    return server.tables().rows("select " + columns).stream().map(List::getFirst).toList();
  }

  private static void importEpochs(Path directory, int from, int to)
      throws IOException, SQLException {
    var documents = new ArrayList<String>();
    for (var epoch = from; epoch < to; epoch++) {
      documents.add(
          new DocumentText(epoch)
              .endingAt(1_000 + 3_000L * epoch)
              .operator(0, Long.toString(1_000_000L + epoch), "1000000")
              .operator(7, Long.toString(2_000_000L + 3L * epoch), "1000000")
              .operator(9, "1500000", "1000000")
              .reward(0, Integer.toString(epoch))
              .toString());
    }
    try (var tables = new EpochTables(server.tables().tables().stateUrl())) {
      tables.imported(
          Files.writeString(
              directory.resolve("epochs-%d.jsonl".formatted(from)), String.join("\n", documents)));
    }
  }

  @Test
  void every_page_works(@TempDir Path directory) throws Exception {
    var log = directory.resolve("pages");
    try (var locked =
        server.replica(
            Map.of(
                "operator-analytics.access.reading-needs-key",
                true,
                "micronaut.server.context-path",
                PREFIX))) {
      var pages =
          new ProcessBuilder(
                  "node",
                  NODE.resolve("pages.mjs").toString(),
                  server.uri().toString(),
                  locked.uri().resolve(PREFIX).toString(),
                  TOKEN)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();

      var isAdded = new AtomicBoolean();
      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                if (Files.readString(log).contains("waiting for an epoch")
                    && isAdded.compareAndSet(false, true)) {
                  importEpochs(directory, EPOCHS, EPOCHS + 1);
                }
                return !pages.isAlive();
              });
      assertThat(Files.readString(log)).doesNotContain("FAILED").contains("every page works");
      assertThat(pages.exitValue()).isZero();
    }
  }
}
