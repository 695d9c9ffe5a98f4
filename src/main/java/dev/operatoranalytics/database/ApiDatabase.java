package dev.operatoranalytics.database;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The pool {@code api}, and what of the API uses the pool {@code pipeline} instead, because {@code
 * API_DB_URL} may name a standby or a connection pooler: mutations, and requests that need
 * temporary tables.
 */
@Singleton
public final class ApiDatabase implements BeanCreatedEventListener<DataSource>, Ordered {
  /** Property: whether the pool of the API is of another server, or of a connection pooler. */
  public static final String SEPARATE = "api-database.is-separate";

  /**
   * Property: whether a connection pooler is between the API and its server. Transactions of other
   * clients may use the same session, so settings are made within transactions only.
   */
  public static final String POOLED = "api-database.is-pooled";

  private static final ScopedValue<Boolean> ON_PRIMARY = ScopedValue.newInstance();

  private final BeanProvider<DataSource> primary;
  private final BeanProvider<DataSourceResolver> plain;
  private final boolean isSeparate;
  private final boolean isPooled;

  ApiDatabase(
      @Named("pipeline") BeanProvider<DataSource> primary,
      BeanProvider<DataSourceResolver> plain,
      @Property(name = SEPARATE, defaultValue = "false") boolean isSeparate,
      @Property(name = POOLED, defaultValue = "false") boolean isPooled) {
    this.primary = primary;
    this.plain = plain;
    this.isSeparate = isSeparate;
    this.isPooled = isPooled;
  }

  /** Whether the caller's connections may be used by transactions of other clients. */
  public boolean isPooled() {
    return isPooled && !isOnPrimary();
  }

  /** Runs with connections to {@code ANALYTICS_DB_URL}. */
  public <T> T onPrimary(Supplier<T> action) {
    return isSeparate ? ScopedValue.where(ON_PRIMARY, true).call(action::get) : action.get();
  }

  /** Whether the caller's connections are of another pool than that of the API. */
  public boolean isOnPrimary() {
    return ON_PRIMARY.isBound();
  }

  /** The innermost wrapper, so that the statements of both pools are measured. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
    var pool = event.getBean();
    return isSeparate && event.getBeanIdentifier().getName().equals("api")
        ? new Routing(pool)
        : pool;
  }

  private final class Routing implements DataSource {
    private final DataSource pool;

    private Routing(DataSource pool) {
      this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
      return isOnPrimary()
          ? SqlWatch.unwatched(plain.get().resolve(primary.get())).getConnection()
          : pool.getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      return pool.getConnection(user, password);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
      return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter writer) throws SQLException {
      pool.setLogWriter(writer);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
      pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
      return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
      return pool.isWrapperFor(type);
    }
  }
}
