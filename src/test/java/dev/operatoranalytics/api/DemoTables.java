package dev.operatoranalytics.api;

import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.epochs.EpochTables;
import dev.operatoranalytics.pipeline.RealTables;
import dev.operatoranalytics.source.demo.DemoFiles;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo network, which is loaded once for all test classes. Each class gets a copy. */
final class DemoTables {
  static final LocalDate FIRST_DAY = LocalDate.parse("2026-01-12");
  static final LocalDate LAST_DAY = LocalDate.parse("2026-01-21");

  private static List<String> expectedRewards = List.of();
  private static @Nullable RealTables current;
  private static @Nullable RealTables withDays;

  static synchronized RealTables copy(boolean hasDays) throws IOException, SQLException {
    if (current == null) {
      current = load();
    }
    if (!hasDays) {
      return current.copyAndClose();
    }
    if (withDays == null) {
      withDays = current.copyAndClose();
      withDays.takeDays(FIRST_DAY, LAST_DAY);
    }
    return withDays.copyAndClose();
  }

  private static RealTables load() throws IOException, SQLException {
    var tables = new RealTables();
    var directory = Files.createTempDirectory("operator-analytics-test");
    try {
      var files = generate(directory);
      expectedRewards = Files.readAllLines(files.expected().resolve("operator_daily_rewards.csv"));
      tables.importStrategies(files.strategies());
      tables.importPrices(files.prices());
      tables.importRates(files.rates());
      tables.importMetadata(files.metadata());
      tables.importEvents(files.events());
    } finally {
      TestPostgres.delete(directory);
    }
    tables.update();
    return tables;
  }

  /**
   * What the demo expects of the submissions of the last week, as CSV with a header; the tables
   * must have been copied before.
   */
  static List<String> expectedRewards() {
    return expectedRewards;
  }

  static void importEpochs(RealTables tables) throws IOException, SQLException {
    var directory = Files.createTempDirectory("operator-analytics-test");
    try {
      EpochTables.importInto(tables.tables().stateUrl(), generate(directory).epochs());
    } finally {
      TestPostgres.delete(directory);
    }
  }

  private static DemoFiles generate(Path directory) throws IOException {
    return DemoNetwork.generate(DemoSize.small(), Instant.parse("2026-01-22T12:00:00Z"), directory);
  }

  private DemoTables() {}
}
