package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.database.Sql;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detaches months of days that are older than the retention; exports their rows first when a
 * directory is given. A detached month stays in the database as {@code detached_…} until somebody
 * drops it. Totals over all operators and strategies stay.
 *
 * <p>Each step can be repeated, so a run that was stopped is completed by the next one.
 */
public final class DayRetention {
  private static final Logger log = LoggerFactory.getLogger(DayRetention.class);

  /** The views whose rows go with the days; their periods are deleted. */
  private static final List<String> VIEWS =
      List.of("operator_allocation_daily_snapshots", "operator_commission_daily_snapshots");

  private final @Nullable LocalDate firstKept;
  private final @Nullable Path exportDirectory;

  /**
   * @param firstKept first day of the first month that is kept; null when all are
   * @param exportDirectory null for no export
   */
  public DayRetention(@Nullable LocalDate firstKept, @Nullable Path exportDirectory) {
    this.firstKept = firstKept;
    this.exportDirectory = exportDirectory;
  }

  /**
   * A partition to detach.
   *
   * @param from null for all days before its end
   */
  private record OldPartition(
      String table, String name, @Nullable LocalDate from, LocalDate until, boolean isDetaching) {
    String days() {
      return "snapshot_date < '%s'%s"
          .formatted(until, from == null ? "" : " and snapshot_date >= '%s'".formatted(from));
    }
  }

  /** Detaches old months; the caller holds the lock of the job that takes days. */
  public void apply(Connection state) throws IOException, SQLException {
    state.setAutoCommit(false);
    record(state);
    renameDetached(state);
    state.commit();
    if (firstKept == null) {
      return;
    }
    LongTransaction.allow(state);
    var old = old(firstKept, state);
    state.rollback();
    if (old.isEmpty()) {
      return;
    }
    if (exportDirectory != null) {
      Files.createDirectories(exportDirectory);
      export(old, exportDirectory, state);
    }
    forget(old.stream().map(OldPartition::until).max(LocalDate::compareTo).orElseThrow(), state);
    state.setAutoCommit(true);
    for (var partition : old) {
      detach(partition, state);
    }
  }

  /** Stores the first day that is kept, for readers, who do not know the setting. */
  private void record(Connection state) throws SQLException {
    Sql.update(
        state, "delete from day_retention where kept_from is distinct from ?::date", firstKept);
    if (firstKept != null) {
      Sql.update(
          state,
          "insert into day_retention (kept_from) values (?) on conflict (only_row) do nothing",
          firstKept);
    }
  }

  private static List<OldPartition> old(LocalDate firstKept, Connection state) throws SQLException {
    return Sql.list(
        state,
        """
        select table_name, partition_name, from_date, until_date, is_detaching
        from daily_partitions
        where until_date <= ?
        order by until_date, table_name
        """,
        rows ->
            new OldPartition(
                rows.getString(1),
                rows.getString(2),
                rows.getObject(3, LocalDate.class),
                rows.getObject(4, LocalDate.class),
                rows.getBoolean(5)),
        firstKept);
  }

  private static void export(List<OldPartition> old, Path directory, Connection state)
      throws IOException, SQLException {
    for (var partition : old) {
      export("select * from " + partition.name(), directory.resolve(partition.name()), state);
      if (partition.table().equals("operator_strategy_daily_snapshots")) {
        var suffix = partition.name().substring(partition.table().length());
        for (var view : VIEWS) {
          export(
              "select * from %s where %s order by snapshot_date".formatted(view, partition.days()),
              directory.resolve(view + suffix),
              state);
        }
      }
    }
  }

  private static void export(String select, Path name, Connection state)
      throws IOException, SQLException {
    var file = name.resolveSibling(name.getFileName() + ".csv.gz");
    if (Files.exists(file)) {
      return;
    }
    var unfinished = name.resolveSibling(name.getFileName() + ".unfinished");
    LongTransaction.allow(state);
    long rows;
    try (OutputStream out =
        new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
      rows =
          state
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("copy (%s) to stdout (format csv, header)".formatted(select), out);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    state.rollback();
    log.info("exported {} rows={}", file, rows);
  }

  /** Deletes the records of the days before their rows, and the periods that ended by then. */
  private static void forget(LocalDate until, Connection state) throws SQLException {
    Partitions.holdAlone(state);
    for (var delete :
        List.of(
            "delete from pipeline_partitions where partition_date < ?",
            "delete from snapshot_days where snapshot_date < ?",
            "delete from operator_allocation_periods where until_date <= ?",
            "delete from operator_commission_periods where until_date <= ?")) {
      Sql.update(state, delete, until);
    }
    DataVersion.raise(state);
    state.commit();
  }

  /** Waits for the transactions that read the table, but lets others read it meanwhile. */
  private static void detach(OldPartition partition, Connection state) throws SQLException {
    try (var statement = state.createStatement()) {
      statement.execute(
          "alter table %s detach partition %s %s"
              .formatted(
                  partition.table(),
                  partition.name(),
                  partition.isDetaching() ? "finalize" : "concurrently"));
    }
    renameDetached(state);
    log.info("detached {}", partition.name());
  }

  /** Frees the names of detached months, also of one whose run ended before it was renamed. */
  private static void renameDetached(Connection state) throws SQLException {
    var detached =
        Sql.list(
            state,
            """
            select months.relname
            from pg_class as months
            join pg_class as parents
                on parents.relnamespace = months.relnamespace
                and months.relname ~ ('^' || parents.relname || '_[0-9]{6}$')
            where
                months.relkind = 'r'
                and not months.relispartition
                and parents.relkind = 'p'
                and parents.relnamespace = to_regnamespace('public')
            """,
            row -> row.getString(1));
    for (var name : detached) {
      Sql.update(state, "alter table %s rename to %s".formatted(name, freeName(name, state)));
    }
  }

  /** A backfill under a longer retention may have taken a month again that was detached before. */
  private static String freeName(String partition, Connection state) throws SQLException {
    var name = "detached_" + partition;
    try (var statement = state.prepareStatement("select to_regclass(?) is null")) {
      for (var number = 2; ; number++) {
        statement.setString(1, name);
        try (var row = statement.executeQuery()) {
          row.next();
          if (row.getBoolean(1)) {
            return name;
          }
        }
        name = "detached_%s_%s".formatted(partition, number);
      }
    }
  }
}
