package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL statements of the users' notes run unchanged. */
@Tag("slow")
class SeedsTest {
  private static final Path SEEDS = Path.of("../shared/seeds");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```\\w+\\n(.*?)^ *```");
  private static final Pattern STATEMENT =
      Pattern.compile("(?ms)^ *((?:SELECT|UPDATE|INSERT|EXPLAIN|ANALYZE|CREATE INDEX)\\b.*?;)");
  private static final Pattern INDEX = Pattern.compile("CREATE INDEX (?:CONCURRENTLY )?(\\w+)");
  private static final String RESET = "UPDATE pipeline_checkpoints";

  private static RealTables tables;

  @BeforeAll
  static void fill(@TempDir Path directory) throws Exception {
    assumeTrue(Files.isDirectory(SEEDS), "SKIPPED: no " + SEEDS);
    var files =
        DemoNetwork.generate(DemoSize.small(), Instant.parse("2026-01-22T12:00:00Z"), directory);
    tables = new RealTables();
    tables.importStrategies(files.strategies());
    tables.importPrices(files.prices());
    tables.importRates(files.rates());
    tables.importEvents(files.events());
    tables.update();
    var day = LocalDate.parse("2026-01-20");
    tables.takeDays(day, day);
  }

  @AfterAll
  static void close() throws Exception {
    if (tables != null) {
      tables.close();
    }
  }

  @Test
  void every_statement_runs_on_its_database_and_every_index_exists() throws Exception {
    var run = new TreeMap<String, Integer>();
    for (var statement : statements()) {
      var connection =
          statement.contains("_events") ? tables.tables().events() : tables.tables().state();
      var index = INDEX.matcher(statement);
      if (index.find()) {
        assertThat(first(connection, "select to_regclass('%s')".formatted(index.group(1))))
            .as(statement)
            .isEqualTo(index.group(1));
        run.merge("index", 1, Integer::sum);
      } else if (statement.contains("...")) {
        // pseudo-code, not a statement
        run.merge("sketch", 1, Integer::sum);
      } else {
        execute(connection, statement);
        run.merge("statement", 1, Integer::sum);
      }
    }
    assertThat(run).isEqualTo(Map.of("index", 6, "sketch", 1, "statement", 20));
  }

  @Test
  void the_monitoring_queries_return_current_values() throws Exception {
    var state = tables.tables().state();
    assertThat(first(state, statement("as lag"))).startsWith("20");
    assertThat(first(state, statement("operators_analyzed"))).isEqualTo("2026-01-20");
    assertThat(first(state, statement("days_of_data"))).isEqualTo("1");
    assertThat(first(tables.tables().events(), statement("MAX(created_at)"))).startsWith("20");
    assertThat(Long.parseLong(first(state, statement("COUNT(*) FROM operators")))).isPositive();
  }

  @Test
  void the_reset_makes_the_next_run_read_everything_again() throws Exception {
    tables.updateWhatChanged();
    execute(tables.tables().state(), statement(RESET));

    tables.updateWhatChanged();

    assertThat(
            tables.rows(
                "select operators_done = (select count(*) from operators) from pipeline_runs"
                    + " order by run_id desc limit 1"))
        .containsExactly(List.of("t"));
  }

  private static String statement(String part) throws IOException {
    return statements().stream().filter(each -> each.contains(part)).findFirst().orElseThrow();
  }

  private static List<String> statements() throws IOException {
    var statements = new ArrayList<String>();
    try (var files = Files.list(SEEDS)) {
      for (var file : files.sorted().toList()) {
        BLOCK
            .matcher(Files.readString(file))
            .results()
            .flatMap(block -> STATEMENT.matcher(block.group(1)).results())
            .forEach(found -> statements.add(found.group(1)));
      }
    }
    return statements;
  }

  /** Executes a statement and rolls it back, unless it is the reset. */
  private static void execute(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.prepareStatement(sql)) {
      for (var i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
        statement.setInt(i, 1);
      }
      statement.execute();
      if (sql.startsWith(RESET)) {
        assertThat(statement.getUpdateCount()).isEqualTo(1);
        connection.commit();
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static String first(Connection connection, String sql) throws SQLException {
    return Sql.get(connection, sql, row -> String.valueOf(row.getString(1)));
  }
}
