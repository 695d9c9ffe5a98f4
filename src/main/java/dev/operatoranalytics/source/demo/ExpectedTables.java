package dev.operatoranalytics.source.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tables should hold in the end, as CSV with a header; absent is {@code -}. */
final class ExpectedTables {
  static final String ABSENT = "-";

  private final Map<String, List<String>> tables = new LinkedHashMap<>();

  /** Names a table and its columns, in the order of the rows to come. */
  Rows table(String name, String columns) {
    var lines = new ArrayList<String>();
    lines.add(columns);
    tables.put(name, lines);
    return cells -> lines.add(DemoText.csv(cells));
  }

  /** Takes rows of one table. */
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
