package dev.operatoranalytics.pipeline;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.LongTransaction;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.Workers;
import dev.operatoranalytics.pipeline.Extraction.Lateness;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The job that brings the state tables up to date: finds the operators that changed, rebuilds them
 * whole from their history, values them, and moves the checkpoint.
 *
 * <p>Batches of operators are written in parallel, all from the same snapshot of the events. A run
 * that fails for a temporary reason, such as a lost connection, is retried from the start.
 */
@Singleton
public class StateUpdate {
  /** Name of the job in {@code pipeline_runs}. */
  public static final String JOB = "state-update";

  private static final Logger log = LoggerFactory.getLogger(StateUpdate.class);
  private static final SqlFile NEW_RATES = SqlFile.load("extraction", "new_rates");
  private static final SqlFile REQUOTED = SqlFile.load("extraction", "requoted_strategies");
  private static final int ATTEMPTS = 3;
  private static final Duration CHECKS_VALID_FOR = Duration.ofMinutes(10);
  private static final int MAX_REPORTED = 20;
  private static final int STAKERS_PER_BATCH = 5_000;
  private static final String STAKERS =
      """
      select staker_id from stakers
      union
      select staker_id from queued_withdrawals where operator_id = '%1$s'
      union
      select staker_id from deposits where operator_id = '%1$s'
      """
          .formatted(Stages.NO_OPERATOR);
  // serialization, deadlock, connection, shutdown, resources, lock, timeouts of transactions
  private static final List<String> TRANSIENT =
      List.of("40001", "40P01", "08", "57P", "53", "55P03", "25P03", "25P04");

  private final DataSource events;
  private final DataSource state;
  private final PipelineSettings settings;
  private final Clock clock;

  StateUpdate(
      @Named("events") DataSource events,
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      PipelineSettings settings,
      Clock clock) {
    this.events = plain.resolve(events);
    this.state = plain.resolve(state);
    this.settings = settings;
    this.clock = clock;
  }

  public StateUpdateResult run(boolean full, Run.Cause cause, StateUpdateProgress progress)
      throws SQLException {
    try (var lock = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, settings.name())) {
        return new StateUpdateResult.AlreadyRunning();
      }
      progress.at(RunPhase.LOCKED);
      try {
        return runWithRetries(full, cause, progress);
      } finally {
        lock.rollback();
      }
    }
  }

  /**
   * Updates the state to the block that the chain reader reports. A run is recorded only when an
   * operator is rebuilt or a strategy has a new quote. Scheduled runs verify other operators;
   * checks run again only after {@link #CHECKS_VALID_FOR}.
   *
   * @return empty when no operator changed and only the block of the state moved
   */
  public Optional<StateUpdateResult> follow(StateUpdateProgress progress) throws SQLException {
    try (var lock = state.getConnection()) {
      lock.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, settings.name())) {
        return Optional.of(new StateUpdateResult.AlreadyRunning());
      }
      progress.at(RunPhase.LOCKED);
      try {
        return hasAdvanced()
            ? Optional.empty()
            : Optional.of(runWithRetries(false, Run.Trigger.CHAIN, progress));
      } finally {
        lock.rollback();
      }
    }
  }

  /**
   * Moves only the checkpoint, unless an operator must be rebuilt or a strategy has a new quote.
   */
  private boolean hasAdvanced() throws SQLException {
    try (var writer = state.getConnection();
        var source = events.getConnection()) {
      writer.setAutoCommit(false);
      source.setAutoCommit(true);
      var checkpoint = Checkpoint.read(writer, settings.name()).orElse(null);
      if (checkpoint == null
          || !new RebuildRequests(writer).due().isEmpty()
          || !new StakerRequests(writer).due().isEmpty()
          || new RunRepository(writer).isUnfinished(JOB)) {
        writer.rollback();
        return false;
      }
      var lateness = Lateness.read(source, settings);
      LongTransaction.beginSnapshot(source);
      try {
        var extraction = Extraction.read(source, lateness, checkpoint, false, settings);
        if (extraction == null
            || !extraction.operators().isEmpty()
            || !extraction.stakers().isEmpty()
            || isAny(NEW_RATES.on(source), source)
            || isAny(REQUOTED, writer)) {
          writer.rollback();
          return false;
        }
        if (checkpoint.move(writer, extraction) && checkpoint.isBlockChangedBy(extraction)) {
          DataVersion.raise(writer);
        }
        writer.commit();
        return true;
      } finally {
        source.rollback();
      }
    }
  }

  private static boolean isAny(SqlFile select, Connection connection) throws SQLException {
    return Sql.get(
        connection, "select exists (%s)".formatted(select.statement()), row -> row.getBoolean(1));
  }

  private StateUpdateResult runWithRetries(
      boolean full, Run.Cause cause, StateUpdateProgress progress) throws SQLException {
    // a queued run starts once; each retry after that is a new run
    var hasBegun = new AtomicBoolean();
    for (var attempt = 1; ; attempt++) {
      try {
        return runAlone(full, hasBegun.get() ? cause.trigger() : cause, hasBegun, progress);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isTransient(e)) {
          throw e;
        }
        log.warn("state-update failed; it starts again: {}", e.getMessage());
        pause(Duration.ofSeconds(attempt));
      }
    }
  }

  private static boolean isTransient(SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    return TRANSIENT.stream().anyMatch(state::startsWith);
  }

  /** Sleeps; throws a {@link CancellationException} when the thread is interrupted. */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private StateUpdateResult runAlone(
      boolean full, Run.Cause cause, AtomicBoolean hasBegun, StateUpdateProgress progress)
      throws SQLException {
    var start = clock.instant();
    try (var writer = state.getConnection();
        var source = events.getConnection()) {
      writer.setAutoCommit(false);
      var checkpoint = Checkpoint.raiseFence(writer, settings.name());
      var runs = new RunRepository(writer);
      var run = runs.begin(JOB, cause, checkpoint.fence());
      Asset.keep(writer);
      writer.commit();
      hasBegun.set(true);
      try (var _ = MDC.putCloseable("run", Long.toString(run.id()))) {
        var updated = update(run, checkpoint, full, writer, source, progress);
        if (updated.isCancelled()) {
          return new StateUpdateResult.Cancelled(run.id(), updated.operators());
        }
        var took = Duration.between(start, clock.instant());
        log.info(
            "state-update run={} operators={} inserted={} updated={} deleted={} unchanged={}"
                + " failed={} took={}",
            run.id(),
            updated.operators(),
            updated.rows().inserted(),
            updated.rows().updated(),
            updated.rows().deleted(),
            updated.rows().unchanged(),
            updated.failed().size(),
            took);
        return new StateUpdateResult.Updated(
            run.id(),
            updated.operators(),
            updated.rows(),
            updated.failed(),
            updated.drifted(),
            took);
      } catch (SQLException | RuntimeException e) {
        writer.rollback();
        runs.end(run, e);
        writer.commit();
        throw e;
      }
    }
  }

  private BatchWriter.WrittenBatch update(
      Run run,
      Checkpoint checkpoint,
      boolean full,
      Connection writer,
      Connection source,
      StateUpdateProgress progress)
      throws SQLException {
    var runs = new RunRepository(writer);
    source.setAutoCommit(true);
    var lateness = Lateness.read(source, settings);
    LongTransaction.beginSnapshot(source);
    try {
      var extraction = Extraction.read(source, lateness, checkpoint, full, settings);
      progress.at(RunPhase.EXTRACTED);
      var safeBlock = extraction == null ? 0 : extraction.safeBlock();
      var safeAt = extraction == null ? Instant.EPOCH : extraction.safeAt();
      var bounds =
          RebuildBounds.newestQuotes(safeBlock, safeAt, clock.instant(), settings)
              .withClaimsFrom(extraction == null ? 0 : extraction.claimsFrom());
      var operators = new TreeMap<String, AffectedOperator.AffectedReason>();
      var stakers = new TreeSet<String>();
      if (extraction != null) {
        if (full) {
          allOperators(writer)
              .forEach(operator -> operators.put(operator, AffectedOperator.AffectedReason.FULL));
        }
        operators.putAll(new RebuildRequests(writer).due());
        operators.putAll(extraction.operators());
        if (full) {
          stakers.addAll(names(writer, STAKERS));
        }
        stakers.addAll(new StakerRequests(writer).due());
        stakers.addAll(extraction.stakers());
        runs.recordScope(run, safeBlock, operators.size(), full);
        writer.commit();
      }
      var snapshot = exportSnapshot(source);
      BatchWriter.WrittenBatch written;
      try (var workers =
          new Workers<>(
              settings.parallelBatches(),
              () ->
                  new BatchWriter(
                      run,
                      checkpoint,
                      bounds,
                      operators,
                      importSnapshot(snapshot),
                      state.getConnection(),
                      progress::at))) {
        written = write(workers, operators.navigableKeySet(), stakers, run, writer, progress);
        if (written.rows().changed() > 0
            || run.isCatchingUp()
            || (extraction != null && areFlagsDue(writer, safeAt))) {
          written = written.plus(workers.submit(BatchWriter::writeTotals).await());
        }
      }
      if (written.isCancelled()) {
        runs.end(run, Run.End.CANCELLED, null);
        writer.commit();
        return written;
      }
      if ((written.rows().changed() > 0 || run.isCatchingUp()) && areChecksDue(run, writer)) {
        runs.record(run, RunEvent.checked(Checks.run(source, writer, run.id())));
        progress.at(RunPhase.CHECKED);
        writer.commit();
      }
      progress.at(RunPhase.BEFORE_CHECKPOINT);
      var stale = 0;
      var isBlockChanged = false;
      if (extraction != null) {
        // not earlier: a day in progress could read the old rows and be done before it is marked
        Partitions.holdAlone(writer);
        stale =
            StaleDays.markWritten(source, extraction.since(), writer)
                + StaleDays.markRequoted(writer, settings.longestWindow());
        StaleDays.forgetBlocks(extraction.since(), writer);
        var isMoved = checkpoint.move(writer, extraction);
        isBlockChanged = isMoved && checkpoint.isBlockChangedBy(extraction);
        runs.record(run, RunEvent.checkpoint(isMoved, extraction.cursor()));
        if (!isMoved) {
          log.info("the checkpoint was set by hand during the run and is left as it is");
        }
      }
      progress.at(RunPhase.CHECKPOINT_MOVED);
      runs.recordDrifted(run, written.drifted());
      if (stale > 0 || isBlockChanged) {
        DataVersion.raise(writer);
      }
      end(run, written.failed(), runs);
      writer.commit();
      progress.at(RunPhase.ENDED);
      DataVersion.prune(writer, settings.feedRetention());
      runs.deleteOlderThan(settings.runRetention());
      writer.commit();
      return written;
    } finally {
      source.rollback();
    }
  }

  /** Whether time alone made an operator dormant since the flags were computed. */
  private static boolean areFlagsDue(Connection writer, Instant chainTime) throws SQLException {
    return Sql.get(
        writer,
        """
        select exists (
            select
            from operator_own_acts
            join operator_current_state using (operator_id)
            where active_delegators > 0
                and last_act_at <= ? - interval '180 days'
                and not exists (
                    select
                    from operator_flags
                    where operator_flags.operator_id = operator_own_acts.operator_id
                        and flag = 'DORMANT'
                )
        )
        """,
        row -> row.getBoolean(1),
        chainTime.atOffset(ZoneOffset.UTC));
  }

  private static boolean areChecksDue(Run run, Connection writer) throws SQLException {
    return run.trigger() != Run.Trigger.CHAIN || !Checks.areYoungerThan(CHECKS_VALID_FOR, writer);
  }

  private static void end(Run run, List<String> failed, RunRepository runs) throws SQLException {
    if (failed.isEmpty()) {
      runs.end(run, Run.End.SUCCEEDED, null);
      return;
    }
    var reported = failed.stream().limit(MAX_REPORTED).collect(joining(", "));
    runs.end(
        run,
        Run.End.PARTIAL,
        "operators that could not be rebuilt: %s%s"
            .formatted(
                reported,
                failed.size() > MAX_REPORTED
                    ? " and %d more".formatted(failed.size() - MAX_REPORTED)
                    : ""));
  }

  /**
   * Writes quotes, then the operators and stakers that changed, then the operators that new quotes
   * revalue.
   */
  private BatchWriter.WrittenBatch write(
      Workers<BatchWriter> workers,
      SortedSet<String> operators,
      SortedSet<String> stakers,
      Run run,
      Connection writer,
      StateUpdateProgress progress)
      throws SQLException {
    var protocol = workers.submit(batch -> batch.write(Stages.PROTOCOL)).await();
    var quotes = workers.submit(batch -> batch.write(Stages.QUOTES)).await();
    var rebuilt =
        writeAll(
            workers,
            operators,
            settings.operatorsPerBatch(),
            BatchWriter::rebuild,
            done -> progress.rebuilt(done, operators.size()));
    var stakersRebuilt =
        writeAll(workers, stakers, STAKERS_PER_BATCH, BatchWriter::rebuildStakers, done -> {});
    // the previous run may have written quotes without revaluing all operators
    var areRevalued = quotes.rows().changed() > 0 || run.isCatchingUp();
    var others = areRevalued ? allOperators(writer) : new TreeSet<String>();
    others.removeAll(operators);
    if (areRevalued) {
      others.add(Stages.NO_OPERATOR);
    }
    var unverified =
        run.trigger() == Run.Trigger.CHAIN
            ? new TreeSet<String>()
            : longestUnverified(writer, operators);
    // commits, so that no transaction is idle while the batches are written
    writer.commit();
    var perBatch = settings.operatorsPerBatch();
    var verified = writeAll(workers, unverified, perBatch, BatchWriter::rebuild, done -> {});
    return quotes
        .plus(protocol)
        .plus(rebuilt)
        .plus(stakersRebuilt)
        .plus(writeAll(workers, others, perBatch, BatchWriter::value, done -> {}))
        .plus(verified);
  }

  private interface Batch {
    BatchWriter.WrittenBatch write(BatchWriter writer, List<String> subjects) throws SQLException;
  }

  private BatchWriter.WrittenBatch writeAll(
      Workers<BatchWriter> workers,
      SortedSet<String> subjects,
      int perBatch,
      Batch batch,
      IntConsumer done)
      throws SQLException {
    var names = List.copyOf(subjects);
    var pending = new ArrayList<Workers.PendingResult<BatchWriter.WrittenBatch>>();
    for (var from = 0; from < names.size(); from += perBatch) {
      var batchSubjects = names.subList(from, Math.min(names.size(), from + perBatch));
      pending.add(workers.submit(writer -> batch.write(writer, batchSubjects)));
    }
    var written = BatchWriter.WrittenBatch.NOTHING;
    for (var result : pending) {
      written = written.plus(result.await());
      done.accept(written.operators());
    }
    return written;
  }

  private static String exportSnapshot(Connection source) throws SQLException {
    return Sql.get(source, "select pg_export_snapshot()", row -> row.getString(1));
  }

  private Connection importSnapshot(String snapshot) throws SQLException {
    var source = events.getConnection();
    try (var statement = source.createStatement()) {
      source.setReadOnly(true);
      source.setAutoCommit(false);
      statement.execute(
          "set transaction isolation level repeatable read, read only; set transaction snapshot "
              + statement.enquoteLiteral(snapshot));
      LongTransaction.allow(source);
      return source;
    } catch (SQLException e) {
      source.close();
      throw e;
    }
  }

  private SortedSet<String> longestUnverified(Connection state, SortedSet<String> operators)
      throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            select operator_id
            from operator_verifications
            where
                operator_id <> all(?)
                and operator_id not in (select operator_id from pipeline_requests)
            order by verified_at, operator_id
            limit ?
            """)) {
      statement.setArray(1, state.createArrayOf("text", operators.toArray()));
      statement.setInt(2, settings.operatorsToVerify());
      return names(statement);
    }
  }

  private static SortedSet<String> allOperators(Connection state) throws SQLException {
    return names(state, "select operator_id from operators");
  }

  private static SortedSet<String> names(Connection connection, String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      return names(statement);
    }
  }

  private static SortedSet<String> names(PreparedStatement statement) throws SQLException {
    var names = new TreeSet<String>();
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
