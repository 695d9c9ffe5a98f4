package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.event.EventRelations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * One SQL file: a single {@code select} that says what a table should hold.
 *
 * <p>{@code copy} accepts no bind parameters, so {@code :names} are passed as settings of the
 * transaction. Scalars become sub-selects, so that a setting is parsed once and not for every row.
 *
 * @param path the path below {@code src/main/sql}, such as {@code rebuild/operators.sql}
 * @param text the text of the file
 */
public record SqlFile(String path, String text) {
  private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z_]+)");
  private static final Pattern READ =
      Pattern.compile("(?<!distinct )(?:from|join)\\s+([a-z_]+)(?![a-z_(])");
  private static final Pattern STEP = Pattern.compile("(?m)^([a-z_]+) as (?:materialized )?\\(");
  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*$");
  private static final String PREFIX = "operator_analytics.";

  // files are read once: a run asks for their statements in each batch and on each day
  private static final Map<String, ParsedText> TEXTS = new ConcurrentHashMap<>();
  private static final Map<SqlFile, String> STATEMENTS = new ConcurrentHashMap<>();
  private static final Map<SelectOnSource, SqlFile> ON_SOURCES = new ConcurrentHashMap<>();

  private static final Map<String, String> READERS =
      Map.ofEntries(
          Map.entry("operators", "current_setting('%s')::text []"),
          Map.entry("stakers", "current_setting('%s')::text []"),
          Map.entry("strategies", "current_setting('%s')::text []"),
          Map.entry("sources", "current_setting('%s')::text []"),
          Map.entry("until_block", "(select current_setting('%s')::bigint)"),
          Map.entry("from_block", "(select current_setting('%s')::bigint)"),
          Map.entry("from_time", "(select current_setting('%s')::timestamptz)"),
          Map.entry("until_time", "(select current_setting('%s')::timestamptz)"),
          Map.entry("last_block", "(select current_setting('%s')::bigint)"),
          Map.entry("first_block", "(select current_setting('%s')::bigint)"),
          Map.entry("after_block", "(select current_setting('%s')::bigint)"),
          Map.entry("chain_time", "(select current_setting('%s')::timestamptz)"),
          Map.entry("after_time", "(select current_setting('%s')::timestamptz)"),
          Map.entry("deallocation_delay", "(select current_setting('%s')::bigint)"),
          Map.entry("withdrawal_delay", "(select current_setting('%s')::bigint)"),
          Map.entry("slot_seconds", "(select current_setting('%s')::bigint)"),
          Map.entry("windows", "string_to_array(current_setting('%s'), ',')::integer []"),
          Map.entry("min_data_points", "(select current_setting('%s')::integer)"),
          Map.entry("domain_id", "(select current_setting('%s')::bigint)"),
          Map.entry("replaced_epochs", "current_setting('%s')::integer []"),
          Map.entry("written_epochs", "current_setting('%s')::integer []"),
          Map.entry("day", "(select current_setting('%s')::date)"),
          Map.entry("carried_day", "(select nullif(current_setting('%s'), '')::date)"));

  public static SqlFile load(String stage, String table) {
    var path = stage + "/" + table + ".sql";
    try (var file = SqlFile.class.getResourceAsStream("/sql/" + path)) {
      if (file == null) {
        throw new IllegalArgumentException("no such file: src/main/sql/" + path);
      }
      return new SqlFile(path, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same select with the tables of a source in place of the {@link EventRelations}. */
  public SqlFile on(Connection events) throws SQLException {
    return parsed().isPlain() ? this : on(EventRelations.of(events));
  }

  /** The same select on the tables of a source. */
  SqlFile on(EventRelations events) {
    return parsed().isPlain()
        ? this
        : ON_SOURCES.computeIfAbsent(
            new SelectOnSource(this, events), _ -> new SqlFile(path, events.in(withoutComments())));
  }

  /**
   * The same select with files of the folder {@code steps} of its stage as its first steps.
   *
   * @param steps names; one of another stage follows the name of that stage and a slash
   */
  public SqlFile withSteps(String... steps) {
    var stage = path.substring(0, path.indexOf('/'));
    var select = this;
    for (var step : List.of(steps).reversed()) {
      var slash = step.indexOf('/');
      select =
          select.withStep(
              slash < 0
                  ? load(stage + "/steps", step)
                  : load(step.substring(0, slash) + "/steps", step.substring(slash + 1)));
    }
    return select;
  }

  /** The name of the table or step that the file selects. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1).replace(".sql", "");
  }

  /** The same select with another file as its first step, named like that file. */
  SqlFile withStep(SqlFile step) {
    var added = "\n" + step.name() + " as (\n" + step.withoutComments() + "\n)";
    var with = text.indexOf("\nwith\n");
    if (with < 0) {
      var select = text.indexOf("\nselect");
      return new SqlFile(
          path, text.substring(0, select) + "\nwith\n" + added + "\n" + text.substring(select));
    }
    var start = with + "\nwith\n".length();
    return new SqlFile(path, text.substring(0, start) + added + ",\n" + text.substring(start));
  }

  /** The statement; its parameters must be {@link #set} before it runs. */
  public String statement() {
    return STATEMENTS.computeIfAbsent(this, _ -> withParameters(Map.of()));
  }

  /**
   * Prepares the statement with one parameter bound, so that the planner knows its value: it cannot
   * estimate how many rows a setting selects.
   *
   * @param bound the parameter that is bound instead of read from a setting
   */
  public PreparedStatement prepare(Connection connection, String bound, Object value)
      throws SQLException {
    var statement = connection.prepareStatement(withParameters(Map.of(bound, "?")));
    var occurrences = PARAMETER.matcher(withoutComments()).results();
    var count = occurrences.filter(match -> match.group(1).equals(bound)).count();
    for (var index = 1; index <= count; index++) {
      statement.setObject(index, value);
    }
    return statement;
  }

  private String withParameters(Map<String, String> replacements) {
    return PARAMETER
        .matcher(withoutComments())
        .replaceAll(
            match -> {
              var name = match.group(1);
              var replacement = replacements.get(name);
              return replacement == null ? reader(name).formatted(PREFIX + name) : replacement;
            });
  }

  public Set<String> parameters() {
    var names = new TreeSet<String>();
    PARAMETER.matcher(withoutComments()).results().forEach(match -> names.add(match.group(1)));
    return names;
  }

  /** The tables that the select reads, without its own steps. */
  public Set<String> reads() {
    var sql = EventRelations.COMPLETE.in(withoutComments());
    var names = new TreeSet<String>();
    READ.matcher(sql).results().forEach(match -> names.add(match.group(1)));
    STEP.matcher(sql).results().forEach(match -> names.remove(match.group(1)));
    names.remove("lateral");
    return names;
  }

  /** Sets parameters until the end of the transaction. */
  public static void set(Connection connection, Map<String, String> parameters)
      throws SQLException {
    // one statement: a run sets parameters for every batch and stage, on two databases
    var values =
        parameters.keySet().stream().map(_ -> "set_config(?, ?, true)").collect(joining(", "));
    try (var statement = connection.prepareStatement("select " + values)) {
      var index = 1;
      for (var parameter : new TreeMap<>(parameters).entrySet()) {
        statement.setString(index++, PREFIX + parameter.getKey());
        statement.setString(index++, parameter.getValue());
      }
      statement.execute();
    }
  }

  /** The values as a PostgreSQL array literal, with quotes and backslashes escaped. */
  public static String list(Collection<String> values) {
    return values.stream()
        .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(joining(",", "{", "}"));
  }

  private String reader(String parameter) {
    var reader = READERS.get(parameter);
    if (reader == null) {
      throw new IllegalArgumentException(path + " asks for :" + parameter + ", unknown");
    }
    return reader;
  }

  String withoutComments() {
    return parsed().withoutComments();
  }

  private ParsedText parsed() {
    return TEXTS.computeIfAbsent(text, ParsedText::of);
  }

  /** A select, and the tables of a source on which it runs. */
  private record SelectOnSource(SqlFile select, EventRelations events) {}

  /**
   * What is read of a text.
   *
   * @param isPlain whether it names no {@link EventRelations}
   */
  private record ParsedText(String withoutComments, boolean isPlain) {
    private static ParsedText of(String text) {
      var sql = COMMENT.matcher(text).replaceAll("").strip();
      return new ParsedText(sql, EventRelations.isPlain(sql));
    }
  }
}
