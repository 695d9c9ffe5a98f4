package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Databases;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
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

/**
 * The databases and beans of a command. Closed at the end of the command or at Ctrl-C, whichever
 * comes first.
 */
final class Session implements AutoCloseable {
  private static final int OPEN_TIMEOUT_SECONDS = 10;

  private final Databases databases;
  private final ApplicationContext context;
  private boolean isClosed;

  private Session(Databases databases, ApplicationContext context) {
    this.databases = databases;
    this.context = context;
  }

  /**
   * Opens a session. Ctrl-C waits until it is open: closing half a session would leave PostgreSQL
   * running.
   */
  static Session open(Supplier<Databases> databases, Map<String, Object> properties) {
    var isShuttingDown = new AtomicBoolean();
    var opened = new CompletableFuture<Optional<Session>>();
    Runnable end =
        () -> {
          isShuttingDown.set(true);
          opened
              .completeOnTimeout(Optional.empty(), OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .join()
              .ifPresent(Session::close);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(end, "shutdown"));
    try {
      var session = open(databases.get(), properties);
      if (isShuttingDown.get()) {
        session.databases.close();
        throw new CancellationException("stopped before the session was open");
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
      Settings.checkIntervals(context.getEnvironment().start());
      context.start();
      Settings.check(context);
      // creating the pools migrates their databases
      context.getBean(DataSource.class, Qualifiers.byName("events"));
      context.getBean(DataSource.class, Qualifiers.byName("pipeline"));
      return new Session(databases, context);
    } catch (RuntimeException e) {
      if (context != null && context.isRunning()) {
        context.close();
      }
      var failure = databases.migrationFailure(e);
      databases.close();
      throw failure.isPresent() ? failure.get() : e;
    }
  }

  Databases databases() {
    return databases;
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Opens a connection to the analytics database; the caller closes it. */
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
