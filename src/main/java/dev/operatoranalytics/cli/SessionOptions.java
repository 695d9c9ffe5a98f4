package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.database.Databases;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that uses the databases. */
final class SessionOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "data directory of the embedded PostgreSQL (default: ${DEFAULT-VALUE})",
      defaultValue = "${sys:operator-analytics.data-dir:-data}")
  private Path dataDirectory = Path.of("data");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  Path dataDirectory() {
    return dataDirectory;
  }

  /** Opens a session; creates missing databases and tables. */
  Session open() {
    return open(Map.of());
  }

  Session open(Map<String, Object> properties) {
    return open(() -> Databases.open(dataDirectory, environment()), properties);
  }

  /**
   * Opens a session for jobs that read events; rejects a data directory without an events database.
   */
  Session openWithEvents() {
    return open(() -> Databases.withEvents(dataDirectory, environment()), Map.of());
  }

  /** Opens a session on existing tables; creates nothing. */
  Session openCurrent() {
    return open(this::current, Map.of());
  }

  /** Opens a session whose delays are those of the configured network. */
  private Session open(Supplier<Databases> databases, Map<String, Object> properties) {
    var all = new HashMap<>(ChainOptions.delays(environment()));
    all.putAll(properties);
    return Session.open(databases, all);
  }

  /** Opens databases whose tables are of this program's version; creates nothing. */
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

  /** Rejects, for commands that write events, a database that others fill. */
  void rejectExternalEvents() {
    if (!Databases.mayWriteEvents(environment())) {
      throw new CommandFailed(
          "EVENTS_DB_URL names a database that others fill, which is only read; unset it to write"
              + " the embedded database, or name one that prepare-events made");
    }
  }

  /** Opens existing databases of any version; creates nothing. */
  Databases openExisting() {
    return Databases.existing(dataDirectory, environment());
  }

  Map<String, String> environment() {
    return ((OperatorAnalytics) requireNonNull(command).root().userObject()).environment();
  }
}
