package dev.operatoranalytics.api;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements of the documents in docs/queries. */
@Tag("slow")
class DashboardTest {
  private static final Path QUERIES = Path.of("docs/queries");

  /**
   * One row, one per table or check, or one per operator, which sums under a filter read. The ranks
   * of an operator are found by skipping from metric to metric, the days of an earner by skipping
   * from day to day of the months that are not summed yet.
   */
  private static final Set<String> OF_BOUNDED_SIZE =
      Set.of(
          "chain_source",
          "data_version",
          "day_retention",
          "earner_days_pkey",
          "operator_current_state",
          "operator_ranks_pkey",
          "operators_metadata",
          "pipeline_assets",
          "pipeline_checkpoints",
          "pipeline_checks");

  @RegisterExtension static final DemoServer server = new DemoServer().withDays();

  @ParameterizedTest
  @CsvSource({
    "network-page, 8",
    "operator-page, 2",
    "operators-table, 2",
    "operator-delegators, 1",
    "slash-preview, 1",
    "comparison, 1",
    "leaderboard, 3",
    "strategies-table, 1",
    "strategy-page, 1",
    "avses-table, 1",
    "delegator-page, 1",
    "slashes, 1",
    "avs-page, 1",
    "network-history, 1",
    "pipeline-status, 1"
  })
  void a_document_is_one_statement_with_a_subquery_per_root_field(String name, int rootFields)
      throws Exception {
    var document = Files.readString(QUERIES.resolve(name + ".graphql"));
    server.statements();

    var answer = server.query(document);

    assertThat(answer.get("errors")).isNull();
    assertThat(server.statements())
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent).startsWith("select version").doesNotContain(";");
              assertThat(sent.split(",\n\\(select ")).hasSize(1 + rootFields);
            });
  }

  @Test
  void no_document_reads_all_rows_of_a_table_that_grows() throws Exception {
    try (var files = Files.list(QUERIES);
        var connection = explaining();
        var explain = connection.createStatement()) {
      // only a table without a suitable index is still scanned
      explain.execute("set enable_seqscan = off");
      var leadingColumns = leadingColumns();
      var found = new TreeMap<String, Set<String>>();
      for (var file : files.filter(each -> each.toString().endsWith(".graphql")).toList()) {
        server.statements();
        server.query(Files.readString(file));
        for (var sent : server.statements()) {
          if (sent.startsWith("select version, ")) {
            var scanned = new TreeSet<String>();
            for (var part : sent.split(";\n")) {
              scanned.addAll(scanned(explain, part, leadingColumns));
            }
            scanned.removeAll(OF_BOUNDED_SIZE);
            scanned.removeAll(emptyMonths());
            found.put(file.getFileName().toString(), scanned);
          }
        }
      }
      assertThat(found)
          .hasSizeGreaterThan(9)
          .allSatisfy((_, scanned) -> assertThat(scanned).isEmpty());
    }
  }

  /** The months ahead hold no rows yet, so a plan may use any of their indexes. */
  private static Set<String> emptyMonths() {
    return server
        .tables()
        .rows(
            """
            select unnest(array[held.relname, index.relname])
            from daily_partitions
            join pg_class as held on held.relname = partition_name
            join pg_index on indrelid = held.oid
            join pg_class as index on index.oid = indexrelid
            where pg_relation_size(held.oid) = 0
            """)
        .stream()
        .map(List::getFirst)
        .collect(toSet());
  }

  /** A connection on which statements keep their parameters open. */
  private static Connection explaining() throws SQLException {
    var state = server.tables().tables().stateUrl();
    var access = new Properties();
    access.setProperty("user", state.user());
    access.setProperty("password", state.password());
    access.setProperty("preferQueryMode", "simple");
    return DriverManager.getConnection(state.jdbc(), access);
  }

  private static Set<String> scanned(
      Statement explain, String sql, Map<String, String> leadingColumns) throws SQLException {
    var count = new int[1];
    var numbered = Pattern.compile("\\?").matcher(sql).replaceAll(_ -> "\\$" + ++count[0]);
    var scanned = new TreeSet<String>();
    try (var plan = explain.executeQuery("explain (generic_plan) " + numbered)) {
      var index = "";
      while (plan.next()) {
        var line = plan.getString(1);
        var scan = Pattern.compile("Seq Scan on (\\w+)").matcher(line);
        if (scan.find()) {
          scanned.add(scan.group(1));
        }
        var indexScan =
            Pattern.compile("Index (?:Only )?Scan (?:Backward )?(?:using|on) (\\w+)").matcher(line);
        if (indexScan.find()) {
          index = indexScan.group(1);
        }
        // a condition on further columns alone reads the whole index
        var first = leadingColumns.get(index);
        if (line.contains("Index Cond:") && first != null && !line.contains(first)) {
          scanned.add(index);
        }
      }
    }
    return scanned;
  }

  /** The first column of each index that begins with one. */
  private static Map<String, String> leadingColumns() {
    return server
        .tables()
        .rows(
            """
            select index.relname, attname
            from pg_index
            join pg_class as index on index.oid = indexrelid
            join pg_attribute on attrelid = indrelid and attnum = indkey[0]
            """)
        .stream()
        .collect(toMap(List::getFirst, List::getLast, (one, _) -> one));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operators",
        "delegators",
        "queuedWithdrawals",
        "slashingIncidents",
        "commissionChanges",
        "activity"
      })
  void the_count_of_a_list_without_a_filter_is_that_of_its_rows(String list) throws Exception {
    var counted =
        server
            .query(
                "{ known: %1$s { totalCount } counted: %1$s(where: { and: [] }) { totalCount } }"
                    .formatted(list))
            .get("data");

    assertThat(counted.get("known").get("totalCount").getIntValue())
        .isEqualTo(counted.get("counted").get("totalCount").getIntValue());
    assertThat(server.tables().rows("select list from list_counts")).contains(List.of(list));
  }

  @Test
  void the_count_of_delegators_of_a_strategy_is_that_of_its_rows() throws Exception {
    var strategies =
        server
            .query(
                """
                { strategies(first: 100) { nodes {
                  delegators { totalCount } counted: delegators(where: { and: [] }) { totalCount }
                } } }
                """)
            .get("data")
            .get("strategies")
            .get("nodes");

    var delegators = 0;
    for (var strategy : strategies.values()) {
      var count = strategy.get("delegators").get("totalCount").getIntValue();
      assertThat(count).isEqualTo(strategy.get("counted").get("totalCount").getIntValue());
      delegators += count;
    }
    assertThat(delegators).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void buckets_hold_the_operators_between_their_bounds(int buckets) throws Exception {
    for (var metric : List.of("TVS_USD", "ACTIVE_AVS_COUNT")) {
      var distribution =
          server
              .query(
                  "{ network { distribution(metric: %s, buckets: %d) { from to count } } }"
                      .formatted(metric, buckets))
              .get("data")
              .get("network")
              .get("distribution");

      assertThat(distribution.size()).isEqualTo(buckets);
      for (var number = 0; number < buckets; number++) {
        var bucket = distribution.get(number);
        var held =
            server
                .tables()
                .rows(
                    "select count(*) from operator_ranks where not includes_vaults and metric = '%s' and value >= %s and value %s %s"
                        .formatted(
                            metric,
                            bucket.get("from").getStringValue(),
                            number == buckets - 1 ? "<=" : "<",
                            bucket.get("to").getStringValue()));
        assertThat(held.getFirst().getFirst()).isEqualTo(bucket.get("count").getValue().toString());
      }
    }
  }

  @Test
  void root_fields_and_the_data_version_are_of_one_snapshot() throws Exception {
    var operators =
        server
            .tables()
            .rows("select min(operator_id), max(operator_id) from operator_current_state");
    var document =
        "{ a: operator(address: \"%s\") { state { tvsUsd } } b: operator(address: \"%s\") { state { tvsUsd } } }"
            .formatted(operators.getFirst().toArray());
    var isDone = new AtomicBoolean();
    var writer =
        CompletableFuture.runAsync(
            () -> {
              while (!isDone.get()) {
                writeVersionInto(operators.getFirst());
              }
            });
    try {
      var versions = new HashSet<String>();
      // until the writer, which may wait for a processor, has written a few
      for (var asked = 0; asked < 300 || (versions.size() <= 5 && asked < 50_000); asked++) {
        var answer = server.query(document);
        var version = answer.get("extensions").get("dataVersion").getStringValue();
        versions.add(version);
        for (var operator : List.of("a", "b")) {
          if (versions.size() > 1) { // the first may be older than the writer
            var state = answer.get("data").get(operator).get("state");
            assertThat(state.get("tvsUsd").getStringValue()).isEqualTo(version);
          }
        }
      }
      assertThat(versions).hasSizeGreaterThan(5);
    } finally {
      isDone.set(true);
      writer.join();
    }
  }

  /** Commits a new data version, with its number as the TVS of these operators. */
  private static void writeVersionInto(List<String> operators) {
    try (var connection = server.tables().tables().stateUrl().connect();
        var statement =
            connection.prepareStatement(
                """
                with raised as (
                    update data_version set version = version + 1 returning version
                )
                update operator_current_state set total_tvs = raised.version
                from raised
                where operator_id = any(?)
                """)) {
      statement.setArray(1, connection.createArrayOf("text", operators.toArray()));
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void graphiql_offers_every_document() throws Exception {
    var examples = server.json(server.get("/graphiql/examples"));

    try (var files = Files.list(QUERIES)) {
      var documents = files.filter(file -> file.toString().endsWith(".graphql")).toList();
      assertThat(examples.size()).isEqualTo(documents.size());
      for (var file : documents) {
        var name = file.getFileName().toString().replace(".graphql", "");
        assertThat(examples.get(name).getStringValue()).isEqualTo(Files.readString(file));
      }
    }
  }
}
