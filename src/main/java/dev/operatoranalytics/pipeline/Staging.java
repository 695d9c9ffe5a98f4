package dev.operatoranalytics.pipeline;

import static dev.operatoranalytics.pipeline.Target.list;

import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.event.EventRelations;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Runs selects into temporary tables with the names of the state tables, which they hide: later
 * selects read the staged rows, whether these are written afterwards or discarded. The temporary
 * tables exist until they are dropped or the transaction ends.
 */
final class Staging {
  private static final int COPY_BUFFER_BYTES = 1 << 16;

  private final Connection events;
  private final Connection state;
  private @Nullable EventRelations relations;

  Staging(Connection events, Connection state) {
    this.events = events;
    this.state = state;
  }

  /** Stages the rows that a table should hold, with their values. */
  Target stage(StageTable table) throws SQLException {
    var target = target(table);
    switch (table.source()) {
      case EVENTS -> {
        execute(
            "create temporary table %s on commit drop as select %s from %s with no data"
                .formatted(target.name(), list(target.selected()), target.qualifiedName()));
        copy(table.select().on(relations()).statement(), target);
      }
      case STATE -> create(target.name(), table.select().statement());
    }
    if (table.valuation() != null) {
      value(target, table.valuation());
    }
    analyze(target.name(), target);
    return target;
  }

  /** Stages the rows of a step. */
  void stage(SqlFile step) throws SQLException {
    create(step.name(), step.statement());
    execute("analyze pg_temp." + step.name());
  }

  /** Stages the values of a table's current rows in a temporary table of the given name. */
  Target stageValues(StageTable table, SqlFile valuation, String name) throws SQLException {
    create(name, valuation.statement());
    var target = target(table);
    analyze(name, target);
    return target;
  }

  void drop(String table) throws SQLException {
    execute("drop table pg_temp." + table);
  }

  private Target target(StageTable table) throws SQLException {
    return Target.of(
        table,
        switch (table.source()) {
          case EVENTS -> events;
          case STATE -> state;
        },
        state);
  }

  /** The tables of the source, read once for all selects of a run. */
  private EventRelations relations() throws SQLException {
    var known = relations;
    if (known == null) {
      known = EventRelations.of(events);
      relations = known;
    }
    return known;
  }

  private void value(Target target, SqlFile valuation) throws SQLException {
    create(
        "valued_rows",
        """
        select %s, %s
        from pg_temp.%s as held
        left join (%s) as valued on %s
        """
            .formatted(
                list(target.selected(), "held"),
                list(target.values(), "valued"),
                target.name(),
                valuation.statement(),
                target.sameKey("valued", "held")));
    drop(target.name());
    execute("alter table pg_temp.valued_rows rename to " + target.name());
  }

  private void create(String name, String selected) throws SQLException {
    execute("create temporary table %s on commit drop as %s".formatted(name, selected));
  }

  /**
   * Analyzes only the key, by which tables are joined: all columns would take a tenth of a rebuild.
   */
  private void analyze(String name, Target target) throws SQLException {
    execute("analyze pg_temp.%s (%s)".formatted(name, list(target.key())));
  }

  private void execute(String sql) throws SQLException {
    Sql.update(state, sql);
  }

  private void copy(String selected, Target target) throws SQLException {
    var columns = list(target.selected());
    var out =
        events
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "copy (select %s from (%s) as answer) to stdout (format binary)"
                    .formatted(columns, selected));
    var in =
        state
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "copy pg_temp.%s (%s) from stdin (format binary)"
                    .formatted(target.name(), columns));
    try {
      var rows = new ByteArrayOutputStream(2 * COPY_BUFFER_BYTES);
      byte @Nullable [] row;
      while ((row = out.readFromCopy()) != null) {
        rows.writeBytes(row);
        if (rows.size() > COPY_BUFFER_BYTES) {
          in.writeToCopy(rows.toByteArray(), 0, rows.size());
          rows.reset();
        }
      }
      in.writeToCopy(rows.toByteArray(), 0, rows.size());
      in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }
}
