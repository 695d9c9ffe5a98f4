package dev.operatoranalytics.api.document;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/**
 * Settings of the API's sessions, made once per connection, because a query is one statement
 * outside a transaction. Generic plans are reused whatever the values of the parameters are.
 */
@Singleton
final class RequestSessions implements BeanCreatedEventListener<DatasourceConfiguration> {
  private final ApiSettings settings;

  RequestSessions(ApiSettings settings) {
    this.settings = settings;
  }

  @Override
  public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
    var pool = event.getBean();
    if (pool.getName().equals("api")) {
      var timeout = settings.deadline().plus(GraphqlEngine.GRACE).toMillis();
      var own = "set statement_timeout = " + timeout + "; set plan_cache_mode = force_generic_plan";
      var before = pool.getConnectionInitSql();
      pool.setConnectionInitSql(before == null ? own : before + ";" + own);
    }
    return pool;
  }
}
