package dev.operatoranalytics.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two databases of this instance, reachable: those that {@code EVENTS_DB_URL} and {@code
 * ANALYTICS_DB_URL} name, or the embedded ones in the data directory.
 */
public final class Databases implements AutoCloseable {
  public static final String EVENTS_URL = "EVENTS_DB_URL";
  public static final String ANALYTICS_URL = "ANALYTICS_DB_URL";
  private static final Logger log = LoggerFactory.getLogger(Databases.class);

  public static final String EVENTS = "eigenlayer_events";
  public static final String ANALYTICS = "eigenlayer_analytics";

  private final ConnectionUrl events;
  private final ConnectionUrl analytics;
  private final boolean eventsAreOurs;
  private final @Nullable EmbeddedPostgres embedded;

  private Databases(
      ConnectionUrl events,
      ConnectionUrl analytics,
      boolean eventsAreOurs,
      @Nullable EmbeddedPostgres embedded) {
    this.events = events;
    this.analytics = analytics;
    this.eventsAreOurs = eventsAreOurs;
    this.embedded = embedded;
  }

  /** Makes what is missing: the data directory, its PostgreSQL, the databases. */
  public static Databases open(Path dataDirectory, Map<String, String> environment) {
    return open(dataDirectory, environment, EmbeddedPostgres::database);
  }

  /** Makes nothing: for those who only read. */
  public static Databases existing(Path dataDirectory, Map<String, String> environment) {
    if (isGiven(EVENTS_URL, environment) && isGiven(ANALYTICS_URL, environment)) {
      return open(dataDirectory, environment);
    }
    EmbeddedPostgres.requireExisting(dataDirectory.toAbsolutePath().normalize());
    return open(dataDirectory, environment, EmbeddedPostgres::existingDatabase);
  }

  /** Makes what is missing, but for the events, from which everything else follows. */
  public static Databases withEvents(Path dataDirectory, Map<String, String> environment) {
    if (!isGiven(EVENTS_URL, environment)) {
      EmbeddedPostgres.requireExisting(dataDirectory.toAbsolutePath().normalize());
    }
    return open(dataDirectory, environment);
  }

  private interface Opening {
    ConnectionUrl database(EmbeddedPostgres embedded, String name);
  }

  private static Databases open(
      Path dataDirectory, Map<String, String> environment, Opening opening) {
    var events = given(EVENTS_URL, environment);
    var analytics = given(ANALYTICS_URL, environment);
    var embedded =
        events.isPresent() && analytics.isPresent()
            ? null
            : EmbeddedPostgres.join(dataDirectory.toAbsolutePath().normalize());
    try {
      return new Databases(
          events.orElseGet(() -> embedded(embedded, EVENTS, opening)),
          analytics.orElseGet(() -> embedded(embedded, ANALYTICS, opening)),
          events.isEmpty() || isMarked(events.get()),
          embedded);
    } catch (RuntimeException e) {
      if (embedded != null) {
        embedded.close();
      }
      throw e;
    }
  }

  public ConnectionUrl events() {
    return events;
  }

  public ConnectionUrl analytics() {
    return analytics;
  }

  /** Whether the events may be written: those of the embedded database, or marked as ours. */
  public boolean eventsAreOurs() {
    return eventsAreOurs;
  }

  public Optional<EmbeddedPostgres> embedded() {
    return Optional.ofNullable(embedded);
  }

  /** Refuses tables that are not those of this program; changes nothing. */
  public void requireCurrent() {
    schemas().forEach(Schema::requireCurrent);
  }

  private Stream<Schema> schemas() {
    var ours = new Schema(analytics, "analytics");
    return eventsAreOurs ? Stream.of(new Schema(events, "events"), ours) : Stream.of(ours);
  }

  /**
   * Why tables could not be made, where Flyway is the reason.
   *
   * @param failure with whatever it was wrapped in
   */
  public Optional<DatabaseUnavailable> migrationRefused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlywayException flyway) {
        // whichever of the two it was: the other one says nothing
        return schemas()
            .map(schema -> schema.refused(flyway))
            .flatMap(Optional::stream)
            .findFirst();
      }
    }
    return Optional.empty();
  }

  /** What Micronaut must know to make its pools. */
  public Map<String, Object> properties() {
    var properties = new HashMap<String, Object>();
    dataSource(properties, "events", events);
    dataSource(properties, "pipeline", analytics);
    dataSource(properties, "api", analytics);
    properties.put("flyway.datasources.events.enabled", eventsAreOurs);
    return properties;
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }

  private static void dataSource(
      Map<String, Object> properties, String name, ConnectionUrl connection) {
    properties.put("datasources." + name + ".url", connection.jdbc());
    properties.put("datasources." + name + ".username", nullToEmpty(connection.user()));
    properties.put("datasources." + name + ".password", nullToEmpty(connection.password()));
  }

  private static String nullToEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static ConnectionUrl embedded(
      @Nullable EmbeddedPostgres embedded, String name, Opening opening) {
    if (embedded == null) {
      throw new IllegalStateException("both databases were given, none is embedded");
    }
    return opening.database(embedded, name);
  }

  /** Whether the events that the environment names may be written; opens no embedded database. */
  public static boolean mayWriteEvents(Map<String, String> environment) {
    return given(EVENTS_URL, environment).map(Databases::isMarked).orElse(true);
  }

  /** Whether {@code prepare-events} made the tables: nobody else writes them. */
  private static boolean isMarked(ConnectionUrl url) {
    try (var connection = url.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select to_regclass('events_owner') is not null")) {
      row.next();
      return row.getBoolean(1);
    } catch (SQLException e) {
      throw new DatabaseUnavailable(
          "%s: cannot read %s: %s".formatted(EVENTS_URL, url, e.getMessage()), e);
    }
  }

  private static boolean isGiven(String name, Map<String, String> environment) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static Optional<ConnectionUrl> given(String name, Map<String, String> environment) {
    var text = environment.get(name);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    var url = ConnectionUrl.parse(name, text);
    try (var connection = url.connect()) {
      if (!connection.isValid(5)) {
        throw new DatabaseUnavailable(name + ": " + url + " does not answer");
      }
      if (isPooled(connection)) {
        log.info("{} is behind a connection pooler: statements are not prepared on it", name);
        return Optional.of(url.withoutPreparedStatements());
      }
    } catch (SQLException e) {
      throw new DatabaseUnavailable(
          "%s: cannot reach %s: %s"
              .formatted(name, url, String.valueOf(e.getMessage()).replace('\n', ' ')),
          e);
    }
    return Optional.of(url);
  }

  /** A pooler tells clients a process id of its own making. */
  private static boolean isPooled(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID();
    }
  }
}
