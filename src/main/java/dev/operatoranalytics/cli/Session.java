package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Databases;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/**
 * The databases and beans that a command works with, from its start to its end or to Ctrl-C,
 * whichever comes first.
 */
final class Session implements AutoCloseable {
  private final Databases databases;
  private final ApplicationContext context;
  private boolean isClosed;

  private Session(Databases databases, ApplicationContext context) {
    this.databases = databases;
    this.context = context;
  }

  /** The options that every command takes which needs the databases. */
  static final class Options {
    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "where the embedded PostgreSQL keeps its data (default: ${DEFAULT-VALUE})",
        defaultValue = "${sys:operator-analytics.data-dir:-data}")
    private Path dataDirectory = Path.of("data");

    Path dataDirectory() {
      return dataDirectory;
    }

    Session open() {
      return open(Map.of());
    }

    Session open(Map<String, Object> properties) {
      return Session.open(Databases.open(dataDirectory, System.getenv()), properties);
    }
  }

  static Session open(Databases databases, Map<String, Object> properties) {
    ApplicationContext context = null;
    try {
      var all = new HashMap<String, Object>(databases.properties());
      all.putAll(properties);
      context = ApplicationContext.builder().deduceEnvironment(false).properties(all).build();
      var session = new Session(databases, context);
      Runtime.getRuntime().addShutdownHook(new Thread(session::close, "shutdown"));
      context.start();
      // the pools migrate their databases when they are made
      context.getBean(DataSource.class, Qualifiers.byName("events"));
      context.getBean(DataSource.class, Qualifiers.byName("pipeline"));
      return session;
    } catch (RuntimeException e) {
      if (context != null && context.isRunning()) {
        context.close();
      }
      databases.close();
      throw e;
    }
  }

  Databases databases() {
    return databases;
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** A connection of the caller's own to our database. */
  Connection state() throws SQLException {
    return databases.analytics().connect();
  }

  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    context.close();
    databases.close();
  }
}
