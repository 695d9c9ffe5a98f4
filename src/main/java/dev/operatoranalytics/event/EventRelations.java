package dev.operatoranalytics.event;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.operatoranalytics.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Relations over the event tables, inserted into a select that names them:
 *
 * <ul>
 *   <li>{@code event_logs}: the logs of all event tables
 *   <li>{@code operator_event_logs}: those that name an operator, with its {@code operator_id}
 *   <li>{@code staker_event_logs}: those that name a staker and no operator, with its {@code
 *       staker_id}
 *   <li>{@code operator_set_event_logs}: those that name an operator set and no operator, with its
 *       {@code operator_set_id}
 * </ul>
 *
 * <p>Each has the columns that all event tables share. An optional table that a source lacks is
 * omitted from them, and is empty where a select names it. They are not views, because the product
 * only reads a source.
 *
 * @param missing optional tables that the source lacks or does not permit to read
 * @param missingColumns optional columns of its other tables for which the same holds; they are
 *     null where a select names them
 */
public record EventRelations(Set<String> missing, Set<OptionalColumn> missingColumns) {
  /** The relations of a source that has every table. */
  public static final EventRelations COMPLETE = new EventRelations(Set.of(), Set.of());

  private static final String ZERO_ADDRESS = "0x" + "0".repeat(40);
  private static final Map<String, String> SHARED_COLUMNS = sharedColumns();
  private static final Map<String, List<EventKind>> TABLES = kindsByTable();
  private static final Set<String> OPTIONAL =
      EventKinds.STORED.stream()
          .filter(EventKind::isOptional)
          .map(EventKind::table)
          .collect(toUnmodifiableSet());
  private static final Pattern READ =
      Pattern.compile("\\b(from|join)\\s+([a-z_]+)\\b(?:\\s+as\\s+([a-z_]+))?");

  private static final Pattern NO_WORD = Pattern.compile("\\W+");

  /** A column that some sources lack. */
  record OptionalColumn(String table, String name, String sqlType) {}

  private static final Set<OptionalColumn> OPTIONAL_COLUMNS = optionalColumns();

  /** A key of some logs, in a column of the same or another name. */
  private record Key(String name, Function<EventKind, Optional<String>> column) {}

  private static final Map<String, Key> KEYS =
      Map.of(
          "operator_event_logs", new Key("operator_id", EventKind::operatorColumn),
          "staker_event_logs", new Key("staker_id", EventKind::stakerColumn),
          "operator_set_event_logs", new Key("operator_set_id", EventKind::operatorSetColumn));

  private static Map<String, String> sharedColumns() {
    var columns = new LinkedHashMap<String, String>();
    columns.put("id", "text");
    columns.put("transaction_hash", "text");
    columns.put("log_index", "bigint");
    columns.put("block_number", "bigint");
    columns.put("block_timestamp", "bigint");
    columns.put("contract_address", "text");
    columns.put("raw_data", "jsonb");
    columns.put("created_at", "timestamp");
    columns.put("updated_at", "timestamp");
    return columns;
  }

  private static Map<String, List<EventKind>> kindsByTable() {
    var tables = new LinkedHashMap<String, List<EventKind>>();
    for (var kind : EventKinds.STORED) {
      tables.computeIfAbsent(kind.table(), any -> new ArrayList<>()).add(kind);
    }
    return tables;
  }

  private static Set<OptionalColumn> optionalColumns() {
    var columns = new LinkedHashSet<OptionalColumn>();
    for (var kind : EventKinds.STORED) {
      for (var column : kind.columns()) {
        if (column.isOptional()) {
          columns.add(new OptionalColumn(kind.table(), column.name(), column.type().sqlType()));
        }
      }
    }
    return columns;
  }

  /** Returns the relations for the tables of a source. */
  public static EventRelations of(Connection events) throws SQLException {
    var missing = new LinkedHashSet<String>();
    Sql.each(
        events,
        """
        select name from unnest(?) as name
        where has_table_privilege(to_regclass(name), 'select') is not true
        """,
        rows -> missing.add(rows.getString(1)),
        events.createArrayOf("text", OPTIONAL.toArray()));
    var missingColumns = new LinkedHashSet<OptionalColumn>();
    for (var column : OPTIONAL_COLUMNS) {
      if (!missing.contains(column.table()) && !isReadable(events, column)) {
        missingColumns.add(column);
      }
    }
    return new EventRelations(missing, missingColumns);
  }

  private static boolean isReadable(Connection events, OptionalColumn column) throws SQLException {
    return Sql.first(
            events,
            """
            select has_column_privilege(attrelid, attnum, 'select')
            from pg_attribute
            where attrelid = to_regclass(?) and attname = ? and not attisdropped
            """,
            rows -> rows.getBoolean(1),
            column.table(),
            column.name())
        .orElse(false);
  }

  public EventRelations {
    missing = Set.copyOf(missing);
    missingColumns = Set.copyOf(missingColumns);
  }

  /** Whether a select is the same for every source. */
  public static boolean isPlain(String sql) {
    return READ.matcher(sql).results().noneMatch(read -> isRelation(read.group(2)));
  }

  private static boolean isRelation(String name) {
    return name.equals("event_logs")
        || KEYS.containsKey(name)
        || OPTIONAL.contains(name)
        || OPTIONAL_COLUMNS.stream().anyMatch(column -> column.table().equals(name));
  }

  /** Returns the tables that the source has. */
  public List<String> tables() {
    return TABLES.keySet().stream().filter(not(missing::contains)).toList();
  }

  /** Returns a select with its relations inserted. */
  public String in(String sql) {
    var words = Set.copyOf(Arrays.asList(NO_WORD.split(sql)));
    return READ.matcher(sql)
        .replaceAll(
            read -> {
              var name = read.group(2);
              var alias = read.group(3) == null ? name : read.group(3);
              return Matcher.quoteReplacement(
                  relation(name, words)
                      .map(select -> "%s (%s) as %s".formatted(read.group(1), select, alias))
                      .orElse(read.group()));
            });
  }

  private Optional<String> relation(String name, Set<String> words) {
    if (missing.contains(name)) {
      return Optional.of(empty(name));
    }
    var absent = missingColumns.stream().filter(column -> column.table().equals(name)).toList();
    if (!absent.isEmpty()) {
      return Optional.of(
          absent.stream()
              .map(column -> "null::%s as %s".formatted(column.sqlType(), column.name()))
              .collect(joining(", ", "select *, ", " from " + name)));
    }
    // only the columns that the select names: a source may lack the others
    var columns = SHARED_COLUMNS.keySet().stream().filter(words::contains).toList();
    if (name.equals("event_logs")) {
      return Optional.of(
          tables().stream()
              .map(table -> "select %s from %s".formatted(String.join(", ", columns), table))
              .collect(joining("\nunion all\n")));
    }
    return Optional.ofNullable(KEYS.get(name)).map(key -> keyed(key, columns));
  }

  private String keyed(Key key, List<String> columns) {
    var selects = new ArrayList<String>();
    for (var table : tables()) {
      var kinds = TABLES.getOrDefault(table, List.of());
      var carrying = kinds.stream().filter(kind -> key.column().apply(kind).isPresent()).toList();
      for (var column : new LinkedHashSet<>(carrying.stream().map(key.column()).toList())) {
        selects.add(
            keyed(table, key.name(), column.orElseThrow(), columns)
                + (carrying.size() == kinds.size() ? "" : " and (%s)".formatted(oneOf(carrying))));
      }
    }
    return String.join("\nunion all\n", selects);
  }

  // the zero address means no operator or staker
  private static String keyed(String table, String key, String column, List<String> columns) {
    return "select %s from %s where %s <> '%s'"
        .formatted(
            Stream.concat(Stream.of(column + " as " + key), columns.stream())
                .collect(joining(", ")),
            table,
            column,
            ZERO_ADDRESS);
  }

  /** Returns the condition that selects the rows of some kinds in their table. */
  private static String oneOf(List<EventKind> kinds) {
    var conditions = new LinkedHashSet<String>();
    for (var kind : kinds) {
      conditions.add(
          kind.constants().entrySet().stream()
              .map(constant -> "%s = '%s'".formatted(constant.getKey(), constant.getValue()))
              .collect(joining(" and ")));
    }
    return String.join(" or ", conditions);
  }

  private static String empty(String table) {
    var columns = new LinkedHashMap<>(SHARED_COLUMNS);
    for (var kind : TABLES.getOrDefault(table, List.of())) {
      kind.columns().forEach(column -> columns.put(column.name(), column.type().sqlType()));
      kind.constants().keySet().forEach(column -> columns.put(column, "text"));
    }
    return columns.entrySet().stream()
        .map(column -> "null::%s as %s".formatted(column.getValue(), column.getKey()))
        .collect(joining(", ", "select ", " where false"));
  }
}
