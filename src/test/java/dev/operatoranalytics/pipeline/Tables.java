package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Both databases with tables as input and output. Missing columns of an event get plausible values:
 * its own transaction, the next log index, a time computed from its block.
 */
public final class Tables implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-22T12:00:00Z");

  private final ConnectionUrl eventsUrl;
  private final ConnectionUrl stateUrl;
  private final Connection events;
  private final Connection state;
  private final boolean ownsEvents;
  private int logIndex;

  public Tables() {
    this(TestPostgres.fresh("events"), TestPostgres.fresh("analytics"), true);
  }

  /** A separate state database for a shared source. */
  Tables(ConnectionUrl source) {
    this(source, TestPostgres.fresh("analytics"), false);
  }

  /** Copies of the databases of other tables. */
  Tables(ConnectionUrl source, ConnectionUrl filled) {
    this(source, filled, true);
  }

  private Tables(ConnectionUrl source, ConnectionUrl filled, boolean ownsEvents) {
    eventsUrl = source;
    stateUrl = filled;
    this.ownsEvents = ownsEvents;
    try {
      events = eventsUrl.connect();
      state = stateUrl.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public ConnectionUrl eventsUrl() {
    return eventsUrl;
  }

  public ConnectionUrl stateUrl() {
    return stateUrl;
  }

  public Connection events() {
    return events;
  }

  public Connection state() {
    return state;
  }

  /**
   * Creates the partitions of daily tables, which a run creates itself, for rows that are given.
   */
  public Tables withMonths(String first, String last) {
    var months = LocalDate.parse(first).datesUntil(LocalDate.parse(last).plusDays(1)).toList();
    try (var connection = stateUrl.connect()) {
      connection.setAutoCommit(false);
      DailyTables.create(months, connection);
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public void clear() {
    clear(events);
    clearState();
  }

  void clearState() {
    clear(state);
    execute(state, "insert into data_version (version, changed_at) values (0, now())");
  }

  public void given(String table, String text) {
    var lines = lines(text);
    var header = cells(lines.getFirst());
    var isEvent = table.endsWith("_events");
    for (var line : lines.subList(1, lines.size())) {
      var row = new LinkedHashMap<String, String>();
      var cells = cells(line);
      for (var i = 0; i < header.size(); i++) {
        row.put(header.get(i), cells.get(i));
      }
      if (isEvent) {
        complete(row);
      }
      execute(
          isEvent ? events : state,
          "insert into %s (%s) values (%s)"
              .formatted(
                  table,
                  String.join(", ", row.keySet()),
                  row.values().stream().map(Tables::literal).collect(Collectors.joining(", "))));
    }
  }

  void expect(String table, String text) {
    var lines = lines(text);
    var header = cells(lines.getFirst());
    assertThat(rows("select %s from %s".formatted(String.join(", ", header), table)))
        .as(table)
        .containsExactlyInAnyOrderElementsOf(
            lines.subList(1, lines.size()).stream().map(Tables::cells).toList());
  }

  public List<List<String>> rows(String sql) {
    return rows(state, sql);
  }

  /** Rows of the source. */
  public List<List<String>> eventRows(String sql) {
    return rows(events, sql);
  }

  static List<List<String>> rows(Connection connection, String sql) {
    try (var statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      var rows = new ArrayList<List<String>>();
      while (answer.next()) {
        var row = new ArrayList<String>();
        for (var i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          var value = answer.getString(i);
          row.add(value == null ? "-" : value);
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** All rows of the tables of a stage. */
  Map<String, List<List<String>>> whole(Stage stage) {
    var tables = new LinkedHashMap<String, List<List<String>>>();
    for (var table : stage.tables()) {
      tables.put(
          table.table(),
          rows("select to_jsonb(held)::text from %s as held order by 1".formatted(table.table())));
    }
    return tables;
  }

  /** All rows of the state tables, without the time they were written. */
  Map<String, List<List<String>>> whole() {
    var tables = new LinkedHashMap<String, List<List<String>>>();
    for (var stage : Stages.ALL) {
      for (var table : stage.tables()) {
        tables.put(
            table.table(),
            rows(
                "select (to_jsonb(held) - 'updated_at' - 'updated_at_block')::text from %s as held order by 1"
                    .formatted(table.table())));
      }
    }
    return tables;
  }

  /** Digests of all rows of the state tables, without the time they were written. */
  Map<String, String> digests() {
    var digests = new LinkedHashMap<String, String>();
    whole().forEach((table, rows) -> digests.put(table, rows.size() + " rows " + rows.hashCode()));
    return digests;
  }

  public void execute(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Lets PostgreSQL count all rows, as autovacuum does some time after a bulk load. */
  void analyze() throws SQLException {
    for (var connection : List.of(events, state)) {
      execute(connection, "analyze");
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  StateUpdateResult.Updated update() {
    return update(false);
  }

  StateUpdateResult.Updated update(boolean full) {
    try {
      return (StateUpdateResult.Updated)
          stateUpdate().run(full, Run.Trigger.COMMAND, (done, of) -> {});
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  StateUpdate stateUpdate() {
    return stateUpdate(3);
  }

  public StateUpdate stateUpdate(int operatorsPerBatch) {
    return stateUpdate(settings(operatorsPerBatch, 0));
  }

  /** Runs an update that also verifies some operators without a detected change. */
  StateUpdateResult.Updated updateAndVerify(int operators) {
    try {
      return (StateUpdateResult.Updated)
          stateUpdate(settings(3, operators)).run(false, Run.Trigger.COMMAND, (done, of) -> {});
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public StateUpdate stateUpdate(PipelineSettings settings) {
    return new StateUpdate(
        source(eventsUrl),
        source(stateUrl),
        io.micronaut.jdbc.DataSourceResolver.DEFAULT,
        settings,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  Snapshots snapshots() {
    return snapshots(null);
  }

  Snapshots snapshots(@Nullable Duration dayRetention) {
    return new Snapshots(
        source(eventsUrl),
        source(stateUrl),
        io.micronaut.jdbc.DataSourceResolver.DEFAULT,
        stateUpdate(),
        settings(60, 3, 2, 0, dayRetention),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  DailyAnalytics analytics() {
    return new DailyAnalytics(
        source(stateUrl),
        io.micronaut.jdbc.DataSourceResolver.DEFAULT,
        settings(3, 0),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  Check.CheckResult check(String name) {
    return checks().stream()
        .filter(result -> result.check().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public List<Check.CheckResult> checks() {
    try {
      return new Checks(
              source(eventsUrl), source(stateUrl), io.micronaut.jdbc.DataSourceResolver.DEFAULT)
          .run();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static PipelineSettings settings(int operatorsPerBatch, int operatorsToVerify) {
    return settings(60, operatorsPerBatch, 2, operatorsToVerify);
  }

  static PipelineSettings settings(
      long bufferSeconds, int operatorsPerBatch, int parallelBatches, int operatorsToVerify) {
    return settings(bufferSeconds, operatorsPerBatch, parallelBatches, operatorsToVerify, null);
  }

  private static PipelineSettings settings(
      long bufferSeconds,
      int operatorsPerBatch,
      int parallelBatches,
      int operatorsToVerify,
      @Nullable Duration dayRetention) {
    return new PipelineSettings(
        "analytics_pipeline_v1",
        10,
        bufferSeconds,
        operatorsPerBatch,
        null,
        parallelBatches,
        12,
        100_800,
        100_800,
        operatorsToVerify,
        Duration.ofDays(30),
        Duration.ofDays(30),
        0,
        List.of(7, 30, 90),
        7,
        dayRetention,
        null);
  }

  /** Runs only the rebuild, as of a block. */
  void rebuildUntil(long block, Collection<String> operators) {
    rebuild(horizon(block, timeOf(block)), operators);
  }

  /** Runs only the rebuild of stakers, as of a block. */
  void rebuildStakersUntil(long block, Collection<String> stakers) {
    try (var source = eventsUrl.connect();
        var target = stateUrl.connect()) {
      source.setAutoCommit(false);
      target.setAutoCommit(false);
      new StageRunner(source, target).runStakers(stakers, horizon(block, timeOf(block)));
      target.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rebuilds operators and stakers as of a past block, with the delays of a network. */
  public void rebuildAsOf(
      long block,
      Instant chainTime,
      PipelineSettings settings,
      Collection<String> operators,
      Collection<String> stakers) {
    try (var source = eventsUrl.connect();
        var target = stateUrl.connect()) {
      source.setAutoCommit(false);
      target.setAutoCommit(false);
      var bounds = RebuildBounds.newestQuotes(block, chainTime, NOW, settings);
      var runner = new StageRunner(source, target);
      runner.run(Stages.PROTOCOL, List.of(), bounds);
      runner.run(Stages.REBUILD, operators, bounds);
      runner.runStakers(stakers, bounds);
      target.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static RebuildBounds horizon(long block, Instant chainTime) {
    return RebuildBounds.newestQuotes(block, chainTime, NOW, settings(1, 0));
  }

  /** Runs only the rebuild. */
  void rebuild(RebuildBounds horizon, Collection<String> operators) {
    try (var source = eventsUrl.connect();
        var target = stateUrl.connect()) {
      source.setAutoCommit(false);
      target.setAutoCommit(false);
      var runner = new StageRunner(source, target);
      runner.run(Stages.PROTOCOL, List.of(), horizon);
      runner.run(Stages.REBUILD, operators, horizon);
      target.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    disconnect();
    // memory may hold them
    TestPostgres.drop(stateUrl);
    if (ownsEvents) {
      TestPostgres.drop(eventsUrl);
    }
  }

  /** Closes the connections only. */
  void disconnect() throws SQLException {
    events.close();
    state.close();
  }

  private void complete(Map<String, String> row) {
    logIndex++;
    row.putIfAbsent("block_number", "100");
    row.putIfAbsent("log_index", Integer.toString(logIndex));
    row.putIfAbsent("transaction_hash", "tx" + logIndex);
    row.putIfAbsent(
        "block_timestamp",
        Long.toString(timeOf(Long.parseLong(row.get("block_number"))).getEpochSecond()));
    row.put("id", row.get("transaction_hash") + "-" + row.get("log_index"));
  }

  static Instant timeOf(long block) {
    return Instant.parse("2024-01-01T00:00:00Z").plus(Duration.ofSeconds(12 * block));
  }

  /** Truncates the tables that have pages, because each costs new files for it and its indexes. */
  private void clear(Connection connection) {
    try (var statement = connection.createStatement();
        var names =
            statement.executeQuery(
                """
                select string_agg(quote_ident(relname), ', ') from pg_class
                where relnamespace = 'public'::regnamespace and relkind = 'r'
                    and relname <> 'flyway_schema_history' and pg_relation_size(oid) > 0
                """)) {
      names.next();
      if (names.getString(1) != null) {
        execute(connection, "truncate " + names.getString(1) + " cascade");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public static PGSimpleDataSource source(ConnectionUrl url) {
    var source = new PGSimpleDataSource();
    source.setUrl(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    return source;
  }

  private static List<String> lines(String text) {
    return text.strip().lines().map(String::strip).toList();
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
  }

  private static String literal(String cell) {
    return cell.equals("-") ? "null" : "'" + cell.replace("'", "''") + "'";
  }
}
