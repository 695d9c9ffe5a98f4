package dev.operatoranalytics.database;

import dev.operatoranalytics.database.SqlLogSettings.Statements;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.proxy.NanoTimeStopwatchFactory;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.support.ProxyDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures every statement of the pools, and logs statements as {@code logging.sql} says. */
@Singleton
public final class SqlWatch implements BeanCreatedEventListener<DataSource>, Ordered {

  /** Sums the time of statements in nanoseconds while it is bound. */
  public static final ScopedValue<LongAdder> NANOS = ScopedValue.newInstance();

  private static final Logger log = LoggerFactory.getLogger("sql");
  private static final int MAX_LOGGED_CHARACTERS = 2000;

  private final Statements logged;

  public SqlWatch(SqlLogSettings settings) {
    this.logged = settings.sql();
  }

  /** Wraps the pool before Micronaut's transactions wrap it, and after all other wrappers. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE + 1;
  }

  @Override
  public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
    return watch(event.getBean());
  }

  public DataSource watch(DataSource pool) {
    var watched = new ProxyDataSource(pool);
    watched.setProxyConfig(
        ProxyConfig.Builder.create()
            .stopwatchFactory(new NanoTimeStopwatchFactory())
            .queryListener(new Listener())
            .build());
    return watched;
  }

  /** The pool without proxies, which cost more than a short statement. */
  public static DataSource unwatched(DataSource pool) {
    return pool instanceof ProxyDataSource watched ? watched.getDataSource() : pool;
  }

  /** Executes a statement. */
  public interface Execution<T> {
    T run() throws SQLException;
  }

  /** Measures and logs a statement of an unwatched connection. */
  public <T> T watch(String sql, Execution<T> execution) throws SQLException {
    var begun = System.nanoTime();
    try {
      var result = execution.run();
      finished(System.nanoTime() - begun, sql, null);
      return result;
    } catch (SQLException e) {
      finished(System.nanoTime() - begun, sql, e);
      throw e;
    }
  }

  private void finished(long nanos, String sql, @Nullable SQLException failure) {
    if (NANOS.isBound()) {
      NANOS.get().add(nanos);
    }
    var took = Duration.ofNanos(nanos);
    if (failure != null && logged != Statements.OFF) {
      log.warn(
          "failed state={} took={} {}: {}",
          failure.getSQLState(),
          took,
          oneLine(sql),
          failure.getMessage());
    } else if (failure == null && logged == Statements.ALL) {
      log.info("took={} {}", took, oneLine(sql));
    }
  }

  private final class Listener implements QueryExecutionListener {
    @Override
    public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {}

    @Override
    public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
      finished(
          execution.getElapsedTime(),
          queries.stream().map(QueryInfo::getQuery).collect(Collectors.joining("; ")),
          execution.getThrowable() instanceof SQLException failure ? failure : null);
    }
  }

  private static String oneLine(String sql) {
    var text = sql.strip().replaceAll("\\s+", " ");
    return text.length() > MAX_LOGGED_CHARACTERS
        ? text.substring(0, MAX_LOGGED_CHARACTERS) + "…"
        : text;
  }
}
