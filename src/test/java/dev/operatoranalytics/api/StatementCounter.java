package dev.operatoranalytics.api;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Records every statement that beans prepare. */
@Singleton
@Requires(property = "test.count-statements")
class StatementCounter implements BeanCreatedEventListener<DataSource>, Ordered {
  private final List<String> prepared = new CopyOnWriteArrayList<>();

  List<String> drain() {
    var all = new ArrayList<>(prepared);
    prepared.clear();
    return all;
  }

  /** Innermost wrapper: measuring and transactions wrap it. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
    return proxy(
        DataSource.class,
        event.getBean(),
        (name, first, answer) ->
            answer instanceof Connection connection ? counted(connection) : answer);
  }

  private Connection counted(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (name, first, answer) -> {
          if (name.equals("prepareStatement")) {
            prepared.add(String.valueOf(first));
          }
          return answer;
        });
  }

  private interface After {
    Object answer(String method, Object firstArgument, Object answer);
  }

  private static <T> T proxy(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                var answer = method.invoke(target, arguments);
                return after.answer(
                    method.getName(), arguments == null ? "" : arguments[0], answer);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }
}
