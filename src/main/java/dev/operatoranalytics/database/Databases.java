package dev.operatoranalytics.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two databases of this instance: those that {@code EVENTS_DB_URL} and {@code ANALYTICS_DB_URL}
 * name, or the embedded ones in the data directory. The API may read the analytics database as
 * another role, which {@code API_DB_URL} names.
 */
public final class Databases implements AutoCloseable {
  public static final String EVENTS_URL = "EVENTS_DB_URL";
  public static final String ANALYTICS_URL = "ANALYTICS_DB_URL";
  public static final String API_URL = "API_DB_URL";
  private static final int OLDEST_SERVER = 15;
  private static final Duration STANDBY_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STANDBY_POLL = Duration.ofMillis(200);
  private static final Logger log = LoggerFactory.getLogger(Databases.class);

  public static final String EVENTS = "eigenlayer_events";
  public static final String ANALYTICS = "eigenlayer_analytics";

  private final ConnectionUrl events;
  private final ConnectionUrl analytics;
  private final ConnectionUrl api;
  private final boolean hasEmbeddedEvents;
  private final boolean eventsAreOurs;
  private final @Nullable EmbeddedPostgres embedded;

  private Databases(
      ConnectionUrl events,
      ConnectionUrl analytics,
      ConnectionUrl api,
      boolean hasEmbeddedEvents,
      boolean eventsAreOurs,
      @Nullable EmbeddedPostgres embedded) {
    this.events = events;
    this.analytics = analytics;
    this.api = api;
    this.hasEmbeddedEvents = hasEmbeddedEvents;
    this.eventsAreOurs = eventsAreOurs;
    this.embedded = embedded;
  }

  /** Opens the databases; creates a missing data directory, PostgreSQL cluster or database. */
  public static Databases open(Path dataDirectory, Map<String, String> environment) {
    return open(dataDirectory, environment, EmbeddedPostgres::database);
  }

  /** Opens existing databases; creates nothing. */
  public static Databases existing(Path dataDirectory, Map<String, String> environment) {
    if (isConfigured(EVENTS_URL, environment) && isConfigured(ANALYTICS_URL, environment)) {
      return open(dataDirectory, environment);
    }
    EmbeddedPostgres.requireExisting(dataDirectory.toAbsolutePath().normalize());
    return open(dataDirectory, environment, EmbeddedPostgres::existingDatabase);
  }

  /** Opens the databases; creates a missing analytics database, but no events database. */
  public static Databases withEvents(Path dataDirectory, Map<String, String> environment) {
    if (!isConfigured(EVENTS_URL, environment)) {
      EmbeddedPostgres.requireExisting(dataDirectory.toAbsolutePath().normalize());
    }
    return open(dataDirectory, environment);
  }

  private interface DatabaseLookup {
    ConnectionUrl database(EmbeddedPostgres embedded, String name);
  }

  private static Databases open(
      Path dataDirectory, Map<String, String> environment, DatabaseLookup lookup) {
    var events = configured(EVENTS_URL, environment);
    var external = configured(ANALYTICS_URL, environment);
    var api = configured(API_URL, environment);
    var embedded =
        events.isPresent() && external.isPresent()
            ? null
            : EmbeddedPostgres.join(dataDirectory.toAbsolutePath().normalize());
    try {
      var analytics = external.orElseGet(() -> embedded(embedded, ANALYTICS, lookup));
      return new Databases(
          events.orElseGet(() -> embedded(embedded, EVENTS, lookup)),
          analytics,
          api.orElse(analytics),
          events.isEmpty(),
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

  public boolean hasEmbeddedEvents() {
    return hasEmbeddedEvents;
  }

  /** Whether the events may be written: those of the embedded database, or marked as ours. */
  public boolean eventsAreOurs() {
    return eventsAreOurs;
  }

  public Optional<EmbeddedPostgres> embedded() {
    return Optional.ofNullable(embedded);
  }

  /** Rejects tables that are not of this program's version; changes nothing. */
  public void requireCurrent() {
    schemas().forEach(DatabaseSchema::requireCurrent);
  }

  private Stream<DatabaseSchema> schemas() {
    var analyticsSchema = new DatabaseSchema(analytics, "analytics");
    return eventsAreOurs
        ? Stream.of(new DatabaseSchema(events, "events"), analyticsSchema)
        : Stream.of(analyticsSchema);
  }

  /**
   * Waits until the database of the API has the tables of this program, which a standby replays
   * after its primary was migrated.
   */
  public void awaitApiTables() throws InterruptedException {
    if (api.equals(analytics)) {
      return;
    }
    var end = System.nanoTime() + STANDBY_TIMEOUT.toNanos();
    var schema = new DatabaseSchema(api, "analytics");
    while (!schema.isCurrent()) {
      if (System.nanoTime() - end > 0) {
        throw new DatabaseUnavailable(
            "%s: %s has no tables of this version after %s s; expected the database of %s, one of its standbys, or a role that may read flyway_schema_history"
                .formatted(API_URL, api, STANDBY_TIMEOUT.toSeconds(), ANALYTICS_URL));
      }
      Thread.sleep(STANDBY_POLL);
    }
  }

  /**
   * Explains a failed migration; empty when Flyway is not the cause.
   *
   * @param failure the exception, possibly wrapped
   */
  public Optional<DatabaseUnavailable> migrationFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlywayException flyway) {
        // only the database whose migration failed has an explanation
        return schemas()
            .map(schema -> schema.failure(flyway))
            .flatMap(Optional::stream)
            .findFirst();
      }
    }
    return Optional.empty();
  }

  /**
   * The properties from which Micronaut creates its connection pools. Creating them migrates the
   * databases whose tables are not current.
   */
  public Map<String, Object> properties() {
    var properties = new HashMap<String, Object>();
    dataSource(properties, "events", events);
    dataSource(properties, "pipeline", analytics);
    dataSource(properties, "api", api);
    var isPooled = api.isPooled();
    // a role of the same server needs no second pool
    properties.put(ApiDatabase.SEPARATE, isPooled || !api.address().equals(analytics.address()));
    properties.put(ApiDatabase.POOLED, isPooled);
    if (isPooled) {
      // the default of PostgreSQL, so that the pool does not set it in sessions of others
      properties.put("datasources.api.transaction-isolation", "TRANSACTION_READ_COMMITTED");
    }
    properties.put(
        "flyway.datasources.events.enabled",
        eventsAreOurs && !new DatabaseSchema(events, "events").isCurrent());
    properties.put(
        "flyway.datasources.pipeline.enabled",
        !new DatabaseSchema(analytics, "analytics").isCurrent());
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
    properties.put(
        "datasources." + name + ".data-source-properties.ApplicationName",
        ConnectionUrl.applicationName(name));
  }

  private static String nullToEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static ConnectionUrl embedded(
      @Nullable EmbeddedPostgres embedded, String name, DatabaseLookup lookup) {
    if (embedded == null) {
      throw new IllegalStateException("both databases are external, none is embedded");
    }
    return lookup.database(embedded, name);
  }

  /** Whether the events that the environment names may be written; opens no embedded database. */
  public static boolean mayWriteEvents(Map<String, String> environment) {
    return configured(EVENTS_URL, environment).map(Databases::isMarked).orElse(true);
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

  private static boolean isConfigured(String name, Map<String, String> environment) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static Optional<ConnectionUrl> configured(String name, Map<String, String> environment) {
    var text = environment.get(name);
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    var url = ConnectionUrl.parse(name, text);
    try (var connection = url.connectWithoutSettings()) {
      if (!connection.isValid(5)) {
        throw new DatabaseUnavailable(name + ": " + url + " does not respond");
      }
      requireSupported(name, url, connection);
      if (BackendProcess.isPooled(connection)) {
        log.info("{} uses a connection pooler: prepared statements are disabled", name);
        return Optional.of(url.pooled());
      }
    } catch (SQLException e) {
      throw new DatabaseUnavailable(
          "%s: cannot reach %s: %s"
              .formatted(name, url, String.valueOf(e.getMessage()).replace('\n', ' ')),
          e);
    }
    return Optional.of(url);
  }

  private static void requireSupported(String name, ConnectionUrl url, Connection connection)
      throws SQLException {
    var version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST_SERVER) {
      throw new DatabaseUnavailable(
          "%s: %s is PostgreSQL %d; use version %d or later"
              .formatted(name, url, version, OLDEST_SERVER));
    }
  }
}
