package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Databases;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
      var session = start(databases, properties);
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

  /** Reads the configuration while PostgreSQL starts. */
  private static Session start(Supplier<Databases> databases, Map<String, Object> properties) {
    var opening = new FutureTask<>(databases::get);
    new Thread(opening, "databases").start();
    var context =
        ApplicationContext.builder().deduceEnvironment(false).properties(properties).build();
    try {
      Settings.checkIntervals(context.getEnvironment().start());
    } catch (RuntimeException e) {
      result(opening).close();
      throw e;
    }
    return open(result(opening), context);
  }

  private static Databases result(FutureTask<Databases> opening) {
    try {
      return opening.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the databases opened");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Session open(Databases databases, ApplicationContext context) {
    try {
      context
          .getEnvironment()
          .addPropertySource(PropertySource.of("databases", databases.properties()));
      context.start();
      Settings.check(context);
      // creating the pools migrates their databases, unless they are current
      context.getBean(DataSource.class, Qualifiers.byName("events"));
      context.getBean(DataSource.class, Qualifiers.byName("pipeline"));
      return new Session(databases, context);
    } catch (RuntimeException e) {
      if (context.isRunning()) {
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
