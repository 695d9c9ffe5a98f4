package dev.operatoranalytics.pipeline.snapshot;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.Workers;
import dev.operatoranalytics.pipeline.DailyTables;
import dev.operatoranalytics.pipeline.RowCounts;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.RunRepository;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A run over days. A lock ensures that only one run of a job is active. */
final class DayJob implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DayJob.class);

  private final DataSource state;
  private final String name;
  private final Connection lock;

  private DayJob(DataSource state, String name, Connection lock) {
    this.state = state;
    this.name = name;
    this.lock = lock;
  }

  /** Null when another run of the job is active. */
  static @Nullable DayJob begin(DataSource state, String pipeline, String name)
      throws SQLException {
    var lock = state.getConnection();
    try {
      lock.setAutoCommit(false);
      if (AdvisoryLock.tryAcquire(lock, pipeline + "/" + name)) {
        return new DayJob(state, name, lock);
      }
      lock.close();
      return null;
    } catch (SQLException e) {
      lock.close();
      throw e;
    }
  }

  /** A connection for reads. */
  Connection connection() {
    return lock;
  }

  /** Blocking checks that cannot be read, so that it is not known which operators fail them. */
  List<String> unreadableChecks() throws SQLException {
    var names = new ArrayList<String>();
    try (var statement =
            lock.prepareStatement(
                "select name from pipeline_checks where is_blocking and status = 'UNREADABLE'");
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  /** Opens a writer for the days of a run. */
  interface WriterOpener {
    DayWriter open(Run run) throws SQLException;
  }

  /** The result of some consecutive days. */
  private record Piece(
      int days, RowCounts rows, SortedMap<LocalDate, String> failed, boolean isCancelled) {
    static final Piece NOTHING = new Piece(0, RowCounts.NONE, new TreeMap<>(), false);
    static final Piece CANCELLED = new Piece(0, RowCounts.NONE, new TreeMap<>(), true);

    static Piece taken(RowCounts rows) {
      return new Piece(1, rows, new TreeMap<>(), false);
    }

    static Piece failed(LocalDate day, String error) {
      return new Piece(0, RowCounts.NONE, new TreeMap<>(Map.of(day, error)), false);
    }

    Piece plus(Piece other) {
      var all = new TreeMap<LocalDate, String>(failed);
      all.putAll(other.failed);
      return new Piece(
          days + other.days, rows.plus(other.rows), all, isCancelled || other.isCancelled);
    }
  }

  DayResult take(
      Plan plan,
      int minPieceDays,
      int parallel,
      Run.Cause cause,
      WriterOpener opener,
      DayProgress progress)
      throws SQLException {
    if (plan.days().isEmpty()) {
      return plan.waiting() == null ? new DayResult.NothingToDo() : plan.waiting();
    }
    var start = System.nanoTime();
    try (var writer = state.getConnection()) {
      writer.setAutoCommit(false);
      var runs = new RunRepository(writer);
      var run = runs.begin(name, cause);
      runs.recordDays(run, plan.days(), plan.waiting() == null ? null : plan.waiting().message());
      writer.commit();
      try (var _ = MDC.putCloseable("run", Long.toString(run.id()))) {
        var hasNewPartitions = createPartitions(plan, writer);
        var taken = takeAll(plan, minPieceDays, parallel, () -> opener.open(run), progress);
        if (hasNewPartitions) {
          DailyTables.analyze(writer);
        }
        if (taken.isCancelled) {
          runs.end(run, Run.End.CANCELLED, null);
          writer.commit();
          return new DayResult.DaysCancelled(run.id(), taken.days, plan.days().size());
        }
        // a later run takes the rest of due days, but a requested range is incomplete
        var unmet = DayResult.DaysTaken.unmet(taken.failed, plan.isRange() ? plan.waiting() : null);
        runs.end(
            run,
            unmet.isEmpty() ? Run.End.SUCCEEDED : Run.End.FAILED,
            unmet.isEmpty() ? null : unmet);
        writer.commit();
        var took = Duration.ofNanos(System.nanoTime() - start);
        log.info(
            "{} run={} days={} failed={} inserted={} updated={} deleted={} took={}",
            name,
            run.id(),
            taken.days,
            taken.failed.size(),
            taken.rows.inserted(),
            taken.rows.updated(),
            taken.rows.deleted(),
            took);
        return new DayResult.DaysTaken(
            run.id(), taken.days, taken.rows, taken.failed, plan.waiting(), took);
      } catch (SQLException | RuntimeException e) {
        writer.rollback();
        runs.end(run, e);
        writer.commit();
        throw e;
      }
    }
  }

  /** Goes on when they cannot be created: days of months that have partitions can be taken. */
  private static boolean createPartitions(Plan plan, Connection writer) throws SQLException {
    try {
      return DailyTables.create(plan.days(), writer);
    } catch (SQLException e) {
      writer.rollback();
      log.error("partitions of daily tables cannot be created: {}", e.getMessage());
      return false;
    }
  }

  private Piece takeAll(
      Plan plan,
      int minPieceDays,
      int parallel,
      Workers.ConnectionOpener<DayWriter> opener,
      DayProgress progress)
      throws SQLException {
    var pieces = plan.pieces(parallel, minPieceDays);
    var days = new AtomicInteger();
    try (var workers = new Workers<>(Math.min(parallel, pieces.size()), opener)) {
      var pending = new ArrayList<Workers.PendingResult<Piece>>();
      for (var piece : pieces) {
        pending.add(
            workers.submit(
                writer ->
                    takePiece(
                        writer,
                        piece,
                        plan,
                        () -> progress.taken(days.incrementAndGet(), plan.days().size()))));
      }
      var taken = Piece.NOTHING;
      for (var result : pending) {
        taken = taken.plus(result.await());
      }
      return taken;
    }
  }

  /**
   * Takes the days of a piece. A day carries over the day before when that was just taken, or is
   * not part of the plan.
   */
  private static Piece takePiece(
      DayWriter writer, List<LocalDate> piece, Plan plan, Runnable progress) throws SQLException {
    var taken = Piece.NOTHING;
    for (var day : piece) {
      if (writer.isCancelled()) {
        return taken.plus(Piece.CANCELLED);
      }
      var isFirst = day.equals(piece.getFirst());
      try (var _ = MDC.putCloseable("day", day.toString())) {
        taken =
            taken.plus(
                takeDay(
                    writer,
                    day,
                    new DayWriter.DayPlace(
                        !isFirst || !plan.days().contains(day.minusDays(1)),
                        day.equals(piece.getLast()))));
      }
      progress.run();
    }
    return taken;
  }

  private static Piece takeDay(DayWriter writer, LocalDate day, DayWriter.DayPlace place)
      throws SQLException {
    try {
      return Piece.taken(writer.write(day, place));
    } catch (SQLException e) {
      var message = String.valueOf(e.getMessage());
      log.error("day {} cannot be taken: {}", day, message);
      writer.fail(day, message);
      return Piece.failed(day, message);
    }
  }

  @Override
  public void close() throws SQLException {
    try (lock) {
      lock.rollback();
    }
  }
}
