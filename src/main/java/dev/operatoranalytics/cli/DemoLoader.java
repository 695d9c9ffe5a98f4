package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Underway;
import dev.operatoranalytics.epochs.EpochImport;
import dev.operatoranalytics.epochs.EpochSettings;
import dev.operatoranalytics.epochs.FileSource;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.demo.DemoFiles;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Fills empty databases with a demo, runs the pipeline and takes its days.
 *
 * <p>While it does, a file in the data directory tells the instant at which the demo ends. A load
 * that was killed is found by it and done again with the same instant: the same demo, of which the
 * imports take what is missing.
 */
final class DemoLoader {
  private static final String WHEN_STOPPED = "the demo was stopped and goes on at the next start";

  // what happened last is not safe yet: soon after midnight yesterday cannot be taken
  private static final Duration UNSETTLED = Duration.ofHours(3);

  private final Session session;
  private final DemoSize size;
  private final Path unfinished;

  DemoLoader(Session session, Path dataDirectory, DemoSize size) {
    this.session = session;
    this.size = size;
    this.unfinished = dataDirectory.resolve("demo-unfinished");
  }

  /** False when the databases hold something else. */
  boolean load() throws Exception {
    if (!session.databases().eventsAreOurs()) {
      throw new CommandFailed("--demo fills an embedded events database; unset EVENTS_DB_URL");
    }
    if (!Files.exists(unfinished)) {
      if (!isEmpty()) {
        return false;
      }
      Files.writeString(unfinished, Instant.now().toString());
    }
    return session.bean(Underway.class).ask(WHEN_STOPPED, this::fill);
  }

  private boolean fill() throws Exception {
    var end = Instant.parse(Files.readString(unfinished));
    var directory = Files.createTempDirectory("operator-analytics-demo");
    try {
      load(DemoNetwork.generate(size, end, directory));
    } finally {
      delete(directory);
    }
    new StateOutcome(RunCommand.StateUpdateCommand.run(session, true, Run.Trigger.START)).print();
    return true;
  }

  /** Takes and analyses every day of the demo; a server may answer meanwhile. */
  void takeDays() throws Exception {
    session.bean(Underway.class).run(WHEN_STOPPED, this::takeAll);
  }

  private void takeAll() throws Exception {
    var last =
        LocalDate.ofInstant(
                Instant.parse(Files.readString(unfinished)).minus(UNSETTLED), ZoneOffset.UTC)
            .minusDays(1);
    var first = last.minusDays(size.days());
    for (var job : List.of(Snapshots.class, Analytics.class)) {
      var days = session.bean(job);
      try (var progress = new ProgressLine(days.job(), "days")) {
        var result =
            days.run(
                first,
                last,
                Plan.Reprocess.MISSING,
                Run.Trigger.START,
                (done, of) -> progress.at(done, (double) done / of));
        new DayOutcome(result).print();
      }
    }
    Files.delete(unfinished);
  }

  /** Nothing that epochs need comes from events, nor the other way: they go side by side. */
  private void load(DemoFiles files) throws Exception {
    try (var beside = Executors.newSingleThreadExecutor()) {
      Callable<@Nullable Void> epochs =
          () -> {
            importEpochs(files);
            return null;
          };
      var imported = beside.submit(epochs);
      importEvents(files);
      await(imported);
    }
  }

  private static void await(Future<?> imported) throws Exception {
    try {
      imported.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception because ? because : e;
    } catch (InterruptedException e) {
      // else whoever works beside is waited for until its end
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  private void importEvents(DemoFiles files) throws Exception {
    try (var state = session.state()) {
      var rejects = new RejectLog(state, System.err::println);
      var quotes = new CsvImport(state, rejects);
      quotes.run(CsvImport.Kind.STRATEGIES, files.strategies());
      quotes.run(CsvImport.Kind.PRICES, files.prices());
      quotes.run(CsvImport.Kind.RATES, files.rates());
      quotes.run(CsvImport.Kind.METADATA, files.metadata());
      new EventImport(session.databases().events(), rejects)
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
      return holdsNone(events, "operators") && holdsNone(state, "epochs");
    }
  }

  private static boolean holdsNone(Connection connection, String table) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select not exists (select from " + table + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
