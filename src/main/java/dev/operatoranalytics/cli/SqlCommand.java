package dev.operatoranalytics.cli;

import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sql [--events] [-c SQL | FILE]}: runs SQL, because the embedded server includes no psql.
 */
@Command(
    name = "sql",
    description = "Run SQL from a file, from -c or from standard input, and print the results.",
    mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
  @Mixin private SessionOptions options = new SessionOptions();

  @Option(
      names = "--events",
      description = "on the events database instead of the analytics database")
  private boolean useEventsDatabase;

  @Option(names = "-c", paramLabel = "SQL", description = "statements to run")
  private @Nullable String command;

  @Option(names = "--csv", description = "print results as CSV")
  private boolean csv;

  @Parameters(arity = "0..1", paramLabel = "FILE")
  private @Nullable Path file;

  @Override
  public Integer call() throws Exception {
    var text = text();
    try (var databases = options.openExisting()) {
      var url = useEventsDatabase ? databases.events() : databases.analytics();
      try (var connection = url.connect()) {
        connection.setReadOnly(useEventsDatabase && !databases.eventsAreOurs());
        for (var query : statements(text)) {
          run(connection, query);
        }
      }
    }
    return OperatorAnalytics.DONE;
  }

  private String text() throws Exception {
    if (command != null) {
      return command;
    }
    if (file == null) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailed(file + " is a directory; expected a file of SQL in UTF-8");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new CommandFailed(file + " is not UTF-8; expected a file of SQL in UTF-8");
    }
  }

  private static List<String> statements(String text) throws SQLException {
    var statements = new ArrayList<String>();
    for (var query : Parser.parseJdbcSql(text, true, false, true, false, false)) {
      if (!query.nativeSql.isBlank()) {
        statements.add(query.nativeSql.strip());
      }
    }
    return statements;
  }

  private void run(Connection connection, String query) throws SQLException {
    var out = System.out;
    try (var statement = connection.createStatement()) {
      if (statement.execute(query)) {
        try (var rows = statement.getResultSet()) {
          print(rows, out);
        }
      } else {
        out.println(statement.getUpdateCount() + " rows");
      }
    }
  }

  private void print(ResultSet rows, PrintStream out) throws SQLException {
    var table = new ArrayList<List<String>>();
    var columns = rows.getMetaData();
    var header = new ArrayList<String>();
    for (var i = 1; i <= columns.getColumnCount(); i++) {
      header.add(columns.getColumnLabel(i));
    }
    table.add(header);
    while (rows.next()) {
      var row = new ArrayList<String>();
      for (var i = 1; i <= columns.getColumnCount(); i++) {
        var value = rows.getString(i);
        row.add(value == null ? "" : value);
      }
      table.add(row);
    }
    if (csv) {
      table.forEach(
          row -> out.println(String.join(",", row.stream().map(SqlCommand::quoted).toList())));
      return;
    }
    printAligned(table, out);
  }

  private static void printAligned(List<List<String>> table, PrintStream out) {
    var widths = new int[table.getFirst().size()];
    for (var row : table) {
      for (var i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (var r = 0; r < table.size(); r++) {
      var line = new StringBuilder();
      for (var i = 0; i < widths.length; i++) {
        var cell = table.get(r).get(i);
        line.append(i == 0 ? " " : " | ")
            .append(cell)
            .append(" ".repeat(widths[i] - cell.length()));
      }
      out.println(line.toString().stripTrailing());
      if (r == 0) {
        out.println("-".repeat(line.length() + 1));
      }
    }
    out.printf("(%d rows)%n", table.size() - 1);
  }

  private static String quoted(String value) {
    return value.matches("[^,\"\\r\\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
