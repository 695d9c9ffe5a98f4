package dev.operatoranalytics.epochs;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.pipeline.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table derived from documents: {@code src/main/sql/epochs/<table>.sql} selects its rows for
 * {@code affected_epochs}, a temporary table of the transaction.
 *
 * @param key columns of its primary key
 * @param scope condition on the rows that the select covers
 */
record DerivedTable(String name, List<String> key, String scope) {
  // the bounds tell the planner that only a small part of the table is affected
  private static final String BY_EPOCH =
      "held.epoch between ? and ? and held.epoch in (select epoch from affected_epochs)";

  /** All derived tables; each reads only tables before it. */
  static final List<DerivedTable> ALL =
      List.of(
          new DerivedTable("operator_share_prices", List.of("epoch", "operator_id"), BY_EPOCH),
          new DerivedTable("epoch_dictionaries", List.of("epoch"), BY_EPOCH),
          new DerivedTable(
              "share_price_blocks",
              List.of("first_epoch", "operator_id"),
              "held.first_epoch between ? - 99 and ?"
                  + " and held.first_epoch in (select epoch / 100 * 100 from affected_epochs)"),
          new DerivedTable("epoch_quality", List.of("epoch"), BY_EPOCH),
          new DerivedTable(
              "epoch_reward_sums",
              List.of("epoch"),
              // a sum changes with each epoch before it, so there is no last one
              "held.epoch between ? and greatest(?, held.epoch)"
                  + " and held.epoch >= (select min(epoch) from affected_epochs)"));

  /**
   * @return number of rows inserted, updated or deleted
   */
  long refresh(Connection connection, int firstAffected, int lastAffected) throws SQLException {
    var columns = new ArrayList<String>();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "create temporary table answer on commit drop as "
              + SqlFile.load("epochs", name).statement());
      statement.execute("analyze answer");
      try (var answer = statement.executeQuery("select * from answer limit 0")) {
        for (var i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          columns.add(answer.getMetaData().getColumnName(i));
        }
      }
    }
    var values = new ArrayList<>(columns);
    values.removeAll(key);
    var written = 0L;
    for (var sql :
        List.of(
            "delete from %s as held where %s and not exists (select from answer where %s)"
                .formatted(name, scope, keyCondition()),
            "update %s as held set %s from answer where %s and %s and (%s) is distinct from (%s)"
                .formatted(
                    name,
                    values.stream().map(c -> c + " = answer." + c).collect(joining(", ")),
                    scope,
                    keyCondition(),
                    prefixed("held.", values),
                    prefixed("answer.", values)),
            "insert into %s (%s) select %s from answer where not exists (select from %s as held where %s and %s)"
                .formatted(
                    name,
                    String.join(", ", columns),
                    String.join(", ", columns),
                    name,
                    scope,
                    keyCondition()))) {
      try (var statement = connection.prepareStatement(sql)) {
        statement.setInt(1, firstAffected);
        statement.setInt(2, lastAffected);
        written += statement.executeLargeUpdate();
      }
    }
    Sql.update(connection, "drop table answer");
    return written;
  }

  private String keyCondition() {
    return key.stream().map(c -> "answer." + c + " = held." + c).collect(joining(" and "));
  }

  private static String prefixed(String prefix, List<String> columns) {
    return columns.stream().map(c -> prefix + c).collect(joining(", "));
  }
}
