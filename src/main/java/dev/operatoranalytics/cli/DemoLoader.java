package dev.operatoranalytics.cli;

import dev.operatoranalytics.alert.AlertKind;
import dev.operatoranalytics.alert.AlertLimits;
import dev.operatoranalytics.alert.AlertRules;
import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.alert.AlertSubject;
import dev.operatoranalytics.database.DataVersion;
import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.epochs.EpochImport;
import dev.operatoranalytics.epochs.EpochSettings;
import dev.operatoranalytics.epochs.FileSource;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
import dev.operatoranalytics.pipeline.snapshot.Days;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.demo.DemoFiles;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Loads a demo into empty databases, runs the pipeline and computes its days.
 *
 * <p>Until the load is complete, a file in the data directory holds the end instant of the demo.
 * After a killed load, the next start reads this instant and generates the same demo again; the
 * imports add the missing rows.
 */
final class DemoLoader {
  /** Days to compute first: charts show them, and the longest analytics window needs them. */
  private static final int RECENT_DAYS = 91;

  // one worker computes these days in order
  private static final int DAYS_PER_BATCH = 10;

  private static final String SHUTDOWN_MESSAGE =
      "the demo load was stopped and continues at the next start";

  // the newest blocks are not safe yet: soon after midnight, yesterday cannot be computed
  private static final Duration FINALITY_MARGIN = Duration.ofHours(3);

  // a new rule takes facts of the last 30 days
  private static final Duration ALERTS_AGE = Duration.ofDays(28);

  private final Session session;
  private final DemoSize size;
  private final Path unfinished;

  DemoLoader(Session session, Path dataDirectory, DemoSize size) {
    this.session = session;
    this.size = size;
    this.unfinished = dataDirectory.resolve("demo-unfinished");
  }

  boolean isUnfinished() {
    return Files.exists(unfinished);
  }

  /** Returns false when the databases hold other data. */
  boolean load() throws Exception {
    if (!session.databases().hasEmbeddedEvents()) {
      throw new CommandFailed("--demo fills an embedded events database; unset EVENTS_DB_URL");
    }
    if (!Files.exists(unfinished)) {
      if (!isEmpty()) {
        return false;
      }
      Files.writeString(unfinished, Instant.now().toString());
    }
    return session.bean(GracefulShutdown.class).call(SHUTDOWN_MESSAGE, this::fillDatabases);
  }

  private boolean fillDatabases() throws Exception {
    setFilling(true);
    var end = Instant.parse(Files.readString(unfinished));
    var directory = Files.createTempDirectory("operator-analytics-demo");
    try {
      load(DemoNetwork.generate(size, end, directory));
    } finally {
      delete(directory);
    }
    createAlertRules(end);
    new StateOutcome(RunCommand.RunStateUpdateCommand.run(session, true, Run.Trigger.START))
        .print();
    return true;
  }

  /** Examples of rules; they report what happened in the last weeks of the demo. */
  private void createAlertRules(Instant end) throws SQLException {
    if (hasAlertRules()) {
      return;
    }
    var rules = session.bean(AlertRules.class);
    var loss = new AlertLimits(new BigDecimal(1_000_000), null, null, null, null);
    var drop = new AlertLimits(null, BigDecimal.valueOf(20), 7, null, null);
    var examples =
        List.of(
            rule("Slashes", AlertKind.SLASH, AlertLimits.NONE),
            rule("Departures of 1 M USD", AlertKind.UNDELEGATION, loss),
            rule("TVS fell by 20 % in a week", AlertKind.TVS_DROP, drop),
            rule("Higher risk level", AlertKind.RISK_LEVEL_WORSE, AlertLimits.NONE),
            rule("New slashers", AlertKind.SLASHER_CHANGE, AlertLimits.NONE));
    // a load that goes on after days would else ask for facts that are too old for a new rule
    var since = Collections.max(List.of(end, Instant.now())).minus(ALERTS_AGE);
    for (var example : examples) {
      rules.create(example, since, "demo");
    }
  }

  private static NewRule rule(String name, AlertKind kind, AlertLimits limits) {
    return new NewRule(name, kind, new AlertSubject(null, null, null), limits, true, List.of());
  }

  private boolean hasAlertRules() throws SQLException {
    try (var state = session.state();
        var statement = state.createStatement();
        var row = statement.executeQuery("select exists (select from alert_rules)")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * Computes snapshots and analytics of every day of the demo, the recent days first because charts
   * and leaderboards show them. A server may run meanwhile. Returns false when some days failed.
   */
  boolean computeDays() throws Exception {
    return session.bean(GracefulShutdown.class).call(SHUTDOWN_MESSAGE, this::computeAllDays);
  }

  private boolean computeAllDays() throws Exception {
    var last =
        LocalDate.ofInstant(
                Instant.parse(Files.readString(unfinished)).minus(FINALITY_MARGIN), ZoneOffset.UTC)
            .minusDays(1);
    var first = last.minusDays(size.days());
    var recent = Collections.max(List.of(first, last.minusDays(RECENT_DAYS - 1)));
    for (var from = recent; !from.isAfter(last); from = from.plusDays(DAYS_PER_BATCH)) {
      var to = Collections.min(List.of(last, from.plusDays(DAYS_PER_BATCH - 1)));
      if (!compute(Snapshots.class, from, to) || !compute(DailyAnalytics.class, from, to)) {
        return false;
      }
    }
    if (first.isBefore(recent) && !compute(Snapshots.class, first, recent.minusDays(1))) {
      return false;
    }
    // includes recent days whose analytics windows reached back to missing days
    if (!compute(DailyAnalytics.class, first, last)) {
      return false;
    }
    setFilling(false);
    Files.delete(unfinished);
    return true;
  }

  private boolean compute(Class<? extends Days> job, LocalDate from, LocalDate to)
      throws SQLException {
    var days = session.bean(job);
    DayOutcome outcome;
    try (var progress = new ProgressLine("%s %s to %s".formatted(days.job(), from, to), "days")) {
      outcome =
          new DayOutcome(
              days.run(
                  from,
                  to,
                  Plan.Reprocess.MISSING,
                  Run.Trigger.START,
                  (done, of) -> progress.update(done, (double) done / of)));
    }
    if (outcome.exitCode() != OperatorAnalytics.DONE) {
      outcome.print();
      return false;
    }
    return true;
  }

  private void setFilling(boolean isFilling) throws SQLException {
    try (var state = session.state()) {
      DataVersion.setFilling(state, isFilling);
    }
  }

  /** Imports events and epochs in parallel; they do not depend on each other. */
  private void load(DemoFiles files) throws Exception {
    try (var executor = Executors.newSingleThreadExecutor()) {
      Callable<@Nullable Void> epochs =
          () -> {
            importEpochs(files);
            return null;
          };
      var imported = executor.submit(epochs);
      importEvents(files);
      await(imported);
    }
  }

  private static void await(Future<?> imported) throws Exception {
    try {
      imported.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (InterruptedException e) {
      // otherwise closing the executor would wait for the other import to end
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  private void importEvents(DemoFiles files) throws Exception {
    try (var state = session.state()) {
      var rejects = new RejectLog(state, System.err::println);
      var quotes = new CsvImport(state, rejects, Clock.systemUTC());
      quotes.run(CsvImport.CsvKind.STRATEGIES, files.strategies());
      quotes.run(CsvImport.CsvKind.PRICES, files.prices());
      quotes.run(CsvImport.CsvKind.RATES, files.rates());
      quotes.run(CsvImport.CsvKind.METADATA, files.metadata());
      new EventImport(session.databases().events(), state, rejects, Clock.systemUTC())
          .run(files.events(), (lines, bytes) -> {});
    }
  }

  private void importEpochs(DemoFiles files) throws Exception {
    try (var state = session.state();
        var documents = session.state()) {
      var domainId = session.bean(EpochSettings.class).domainId();
      new EpochImport(
              documents, new RejectLog(state, System.err::println), domainId, System.err::println)
          .run(new FileSource(files.epochs()), (count, part) -> {});
    }
  }

  private boolean isEmpty() throws SQLException {
    try (var events = session.databases().events().connect();
        var state = session.state()) {
      return isTableEmpty(events, "operators") && isTableEmpty(state, "epochs");
    }
  }

  private static boolean isTableEmpty(Connection connection, String table) throws SQLException {
    return Sql.get(
        connection, "select not exists (select from " + table + ")", row -> row.getBoolean(1));
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
