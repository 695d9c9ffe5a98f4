package dev.operatoranalytics.source.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The expected rows of tables, as CSV with a header; null is {@code -}. */
final class ExpectedTables {
  static final String ABSENT = "-";

  private final Map<String, List<String>> tables = new LinkedHashMap<>();

  /** Adds a table with its columns; cells of rows follow their order. */
  Rows table(String name, String columns) {
    var lines = new ArrayList<String>();
    lines.add(columns);
    tables.put(name, lines);
    return cells -> lines.add(DemoText.csv(cells));
  }

  /** Adds rows to a table. */
  interface Rows {
    void add(Object... cells);
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (var table : tables.entrySet()) {
      Files.write(directory.resolve(table.getKey() + ".csv"), table.getValue());
    }
  }
}
