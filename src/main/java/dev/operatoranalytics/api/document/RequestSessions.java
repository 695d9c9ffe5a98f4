package dev.operatoranalytics.api.document;

import dev.operatoranalytics.database.ApiDatabase;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/**
 * Settings of the API's sessions, made once per connection, because a query is one statement
 * outside a transaction. Generic plans are reused whatever the values of the parameters are. Behind
 * a connection pooler, each request makes them in its transaction.
 */
@Singleton
final class RequestSessions implements BeanCreatedEventListener<DatasourceConfiguration> {
  private final ApiSettings settings;
  private final boolean isPooled;

  RequestSessions(
      ApiSettings settings,
      @Property(name = ApiDatabase.POOLED, defaultValue = "false") boolean isPooled) {
    this.settings = settings;
    this.isPooled = isPooled;
  }

  @Override
  public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
    var pool = event.getBean();
    if (pool.getName().equals("api") && !isPooled) {
      var timeout = settings.deadline().plus(GraphqlEngine.GRACE).toMillis();
      var own = "set statement_timeout = " + timeout + "; set plan_cache_mode = force_generic_plan";
      var before = pool.getConnectionInitSql();
      pool.setConnectionInitSql(before == null ? own : before + ";" + own);
    }
    return pool;
  }
}
