package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables and selects satisfy the rules of Citus, as docs/citus.md states them. */
class DistributionTest {
  private static final Pattern DISTRIBUTED =
      Pattern.compile("create_distributed_table\\('(\\w+)', '(\\w+)'");
  private static final Pattern REFERENCE = Pattern.compile("create_reference_table\\('(\\w+)'");

  /** Tables that stay on the coordinator, although their rows name operators or stakers. */
  private static final Set<String> COORDINATOR =
      Set.of(
          "alert_flags",
          "alert_rules",
          "alerts",
          "operator_verifications",
          "pipeline_blocked_operators",
          "pipeline_requests",
          "pipeline_run_events",
          "pipeline_run_operators",
          // by transaction and log
          "rewards_claims",
          // of few operators of a domain, by its first epoch
          "share_price_blocks",
          "staker_requests");

  private static String script;
  private static Connection connection;

  /** The key of each distributed table; of a reference table, empty. */
  private static final Map<String, String> keys = new HashMap<>();

  @BeforeAll
  static void read() throws IOException, SQLException {
    script = Files.readString(Path.of("deploy/citus.sql"));
    DISTRIBUTED.matcher(script).results().forEach(each -> keys.put(each.group(1), each.group(2)));
    REFERENCE.matcher(script).results().forEach(each -> keys.put(each.group(1), ""));
    connection = TestPostgres.fresh("analytics").connect();
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  @Test
  void the_script_names_tables_once() throws SQLException {
    assertThat(keys).hasSizeGreaterThan(60);
    assertThat(script.lines().filter(line -> line.startsWith("select create_")))
        .hasSize(keys.size());
    var tables =
        list(
            "select relname from pg_class where relkind in ('r', 'p') and relnamespace ="
                + " 'public'::regnamespace");
    assertThat(tables).containsAll(keys.keySet());
  }

  @Test
  void tables_of_operators_stakers_and_earners_have_a_place() throws SQLException {
    var tables =
        list(
            """
            select distinct relname
            from pg_class
            join pg_attribute on attrelid = pg_class.oid
            where
                relkind in ('r', 'p')
                and not relispartition
                and relnamespace = 'public'::regnamespace
                and attname in ('operator_id', 'staker_id', 'earner')
            """);
    assertThat(tables)
        .hasSizeGreaterThan(60)
        .filteredOn(table -> !keys.containsKey(table))
        .allSatisfy(table -> assertThat(COORDINATOR).contains(table));
    assertThat(COORDINATOR).noneMatch(keys::containsKey);
  }

  @Test
  void unique_keys_contain_the_key_of_their_table() throws SQLException {
    var unique =
        list(
            """
            select indrelid::regclass || ' ' || string_agg(attname, ' ')
            from pg_index, unnest(indkey) as position
            join pg_attribute on attnum = position
            where indisunique and attrelid = indrelid
            group by indrelid, indexrelid
            """);
    assertThat(unique)
        .filteredOn(index -> isDistributed(index.split(" ")[0]))
        .hasSizeGreaterThan(30)
        .allSatisfy(
            index -> {
              var columns = List.of(index.split(" "));
              assertThat(columns.subList(1, columns.size())).contains(keys.get(columns.getFirst()));
            });
  }

  @Test
  void foreign_keys_connect_tables_of_one_key() throws SQLException {
    var references =
        list(
            """
            select conrelid::regclass || ' ' || confrelid::regclass
            from pg_constraint
            where contype = 'f' and connamespace = 'public'::regnamespace
            """);
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference -> {
              var tables = reference.split(" ");
              assertThat(keys.get(tables[0])).isEqualTo(keys.get(tables[1]));
            });
  }

  @Test
  void distributed_tables_have_no_triggers() throws SQLException {
    assertThat(list("select tgrelid::regclass::text from pg_trigger where not tgisinternal"))
        .isNotEmpty()
        .noneMatch(DistributionTest::isDistributed);
  }

  @Test
  void no_select_merges_or_recurses() throws IOException {
    var forbidden = Pattern.compile("(?i)\\bmerge\\s+into\\b|\\bwith\\s+recursive\\b");
    try (var selects = Files.walk(Path.of("src/main/sql"));
        var sources = Files.walk(Path.of("src/main/java"));
        var migrations = Files.walk(Path.of("migrations/analytics"))) {
      assertThat(Stream.of(selects, sources, migrations).flatMap(files -> files))
          .filteredOn(Files::isRegularFile)
          .hasSizeGreaterThan(300)
          .noneMatch(file -> forbidden.matcher(text(file)).find());
    }
  }

  private static boolean isDistributed(String table) {
    return !keys.getOrDefault(table, "").isEmpty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> list(String sql) throws SQLException {
    var values = new ArrayList<String>();
    Sql.each(connection, sql, rows -> values.add(rows.getString(1)));
    return values;
  }
}
