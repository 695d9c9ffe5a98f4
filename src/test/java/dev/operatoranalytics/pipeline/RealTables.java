package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import dev.operatoranalytics.source.CsvImport;
import dev.operatoranalytics.source.EventImport;
import dev.operatoranalytics.source.RejectLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

/** Both databases, filled by the importers like those of a user. */
public final class RealTables implements AutoCloseable {
  private final Tables tables;
  private final RejectLog rejects;

  public RealTables() {
    this(new Tables());
  }

  private RealTables(Tables tables) {
    this.tables = tables;
    this.rejects = new RejectLog(tables.state(), System.err::println);
  }

  /** Copies the databases, and closes these tables: nobody may be connected to what is copied. */
  public RealTables copyAndClose() throws SQLException {
    if (!tables.state().isClosed()) {
      tables.analyze();
      tables.disconnect();
    }
    return new RealTables(
        new Tables(TestPostgres.copy(tables.eventsUrl()), TestPostgres.copy(tables.stateUrl())));
  }

  public EventImport.EventImportResult importEvents(Path file) throws IOException, SQLException {
    return new EventImport(tables.eventsUrl(), tables.state(), rejects, Clock.systemUTC())
        .run(file, (lines, bytes) -> {});
  }

  public void importStrategies(Path file) throws IOException, SQLException {
    new CsvImport(tables.state(), rejects, Clock.systemUTC())
        .run(CsvImport.CsvKind.STRATEGIES, file);
  }

  public void importPrices(Path file) throws IOException, SQLException {
    new CsvImport(tables.state(), rejects, Clock.systemUTC()).run(CsvImport.CsvKind.PRICES, file);
  }

  public void importRates(Path file) throws IOException, SQLException {
    new CsvImport(tables.state(), rejects, Clock.systemUTC()).run(CsvImport.CsvKind.RATES, file);
  }

  public void importMetadata(Path file) throws IOException, SQLException {
    new CsvImport(tables.state(), rejects, Clock.systemUTC()).run(CsvImport.CsvKind.METADATA, file);
  }

  public void update() throws SQLException {
    tables.stateUpdate(100).run(true, Run.Trigger.COMMAND, (done, of) -> {});
  }

  public void updateWhatChanged() throws SQLException {
    tables.stateUpdate(100).run(false, Run.Trigger.COMMAND, (done, of) -> {});
  }

  public List<Check.CheckResult> checks() {
    return tables.checks();
  }

  /** Takes and analyses the days of a range, including both ends. */
  public void takeDays(LocalDate from, LocalDate to) throws SQLException {
    tables.snapshots().run(from, to, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});
    tables.analytics().run(from, to, Reprocess.MISSING, Run.Trigger.COMMAND, (days, of) -> {});
  }

  /** Executes and commits a statement; imports leave their transactions open. */
  public void execute(String sql) throws SQLException {
    try (var connection = tables.stateUrl().connect()) {
      tables.execute(connection, sql);
    }
  }

  public List<List<String>> rows(String sql) {
    return tables.rows(sql);
  }

  public Tables tables() {
    return tables;
  }

  @Override
  public void close() throws SQLException {
    tables.close();
  }
}
