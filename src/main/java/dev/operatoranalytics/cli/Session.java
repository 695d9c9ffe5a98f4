package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Databases;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/**
 * The databases and beans that a command works with, from its start to its end or to Ctrl-C,
 * whichever comes first.
 */
final class Session implements AutoCloseable {
  private static final int OPENING_SECONDS = 10;

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
      return Session.open(() -> Databases.open(dataDirectory, System.getenv()), properties);
    }
  }

  /** Ctrl-C meanwhile waits for it: half a session cannot be closed, and PostgreSQL would stay. */
  static Session open(Supplier<Databases> databases, Map<String, Object> properties) {
    var isEnding = new AtomicBoolean();
    var opened = new CompletableFuture<Optional<Session>>();
    Runnable end =
        () -> {
          isEnding.set(true);
          opened
              .completeOnTimeout(Optional.empty(), OPENING_SECONDS, TimeUnit.SECONDS)
              .join()
              .ifPresent(Session::close);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(end, "shutdown"));
    try {
      var session = open(databases.get(), properties);
      if (isEnding.get()) {
        session.databases.close();
        throw new CancellationException("stopped before it began");
      }
      opened.complete(Optional.of(session));
      return session;
    } finally {
      opened.complete(Optional.empty());
    }
  }

  private static Session open(Databases databases, Map<String, Object> properties) {
    ApplicationContext context = null;
    try {
      var all = new HashMap<String, Object>(databases.properties());
      all.putAll(properties);
      context = ApplicationContext.builder().deduceEnvironment(false).properties(all).build();
      context.start();
      // the pools migrate their databases when they are made
      context.getBean(DataSource.class, Qualifiers.byName("events"));
      context.getBean(DataSource.class, Qualifiers.byName("pipeline"));
      return new Session(databases, context);
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
