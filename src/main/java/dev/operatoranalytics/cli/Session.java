package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
      return open(() -> Databases.open(dataDirectory, environment()), properties);
    }

    /** For what is made of events: refuses a data directory in which there never were any. */
    Session openWithEvents() {
      return open(() -> Databases.withEvents(dataDirectory, environment()), Map.of());
    }

    /** For work on tables that are there already: makes nothing. */
    Session openCurrent() {
      return open(this::current, Map.of());
    }

    private Session open(Supplier<Databases> databases, Map<String, Object> properties) {
      var all = new HashMap<>(ChainOptions.delays(environment()));
      all.putAll(properties);
      return Session.open(databases, all);
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

    /** For what writes events: refuses a database that others fill. */
    void refuseEventsOfOthers() {
      if (!Databases.mayWriteEvents(environment())) {
        throw new CommandFailed(
            "EVENTS_DB_URL names a database that others fill, which is only read here; unset it to"
                + " write the embedded one, or name one that prepare-events made");
      }
    }

    /** For reading whatever is there; makes nothing. */
    Databases openExisting() {
      return Databases.existing(dataDirectory, environment());
    }

    Map<String, String> environment() {
      return ((OperatorAnalytics) requireNonNull(command).root().userObject()).environment();
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
      Settings.checkPauses(context.getEnvironment().start());
      context.start();
      Settings.check(context);
      // the pools migrate their databases when they are made
      context.getBean(DataSource.class, Qualifiers.byName("events"));
      context.getBean(DataSource.class, Qualifiers.byName("pipeline"));
      return new Session(databases, context);
    } catch (RuntimeException e) {
      if (context != null && context.isRunning()) {
        context.close();
      }
      var refused = databases.migrationRefused(e);
      databases.close();
      throw refused.isPresent() ? refused.get() : e;
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
