package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.database.Databases;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command takes which needs the databases. */
final class SessionOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "where the embedded PostgreSQL keeps its data (default: ${DEFAULT-VALUE})",
      defaultValue = "${sys:operator-analytics.data-dir:-data}")
  private Path dataDirectory = Path.of("data");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  Path dataDirectory() {
    return dataDirectory;
  }

  /** Makes what is missing. */
  Session open() {
    return open(Map.of());
  }

  Session open(Map<String, Object> properties) {
    return Session.open(() -> Databases.open(dataDirectory, environment()), properties);
  }

  /** For what is made of events: refuses a data directory in which there never were any. */
  Session openWithEvents() {
    return Session.open(() -> Databases.withEvents(dataDirectory, environment()), Map.of());
  }

  /** For work on tables that are there already: makes nothing. */
  Session openCurrent() {
    return Session.open(this::current, Map.of());
  }

  /** For reading tables as this program knows them; makes nothing. */
  Databases current() {
    var databases = openExisting();
    try {
      databases.requireCurrent();
      return databases;
    } catch (RuntimeException e) {
      databases.close();
      throw e;
    }
  }

  /** For what writes events: a database that is given is only read. */
  void requireEmbeddedEvents() {
    if (!environment().getOrDefault(Databases.EVENTS_URL, "").isBlank()) {
      throw new CommandFailed(
          "EVENTS_DB_URL names a database that is only read here; unset it to import into the"
              + " embedded one");
    }
  }

  /** For reading whatever is there; makes nothing. */
  Databases openExisting() {
    return Databases.existing(dataDirectory, environment());
  }

  private Map<String, String> environment() {
    return ((OperatorAnalytics) requireNonNull(command).root().userObject()).environment();
  }
}
