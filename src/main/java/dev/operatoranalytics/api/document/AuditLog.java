package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Canonical;
import graphql.schema.DataFetchingEnvironment;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what administrators do: who, what, with which arguments, and how it ended. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  static @Nullable Object told(
      String action,
      DataFetchingEnvironment env,
      Function<DataFetchingEnvironment, @Nullable Object> answer) {
    var caller = Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
    var arguments = Canonical.of(env.getArguments());
    log.info("caller={} action={} arguments={} begins", caller.name(), action, arguments);
    try {
      var result = answer.apply(env);
      log.info("caller={} action={} is done", caller.name(), action);
      return result;
    } catch (RuntimeException e) {
      log.warn("caller={} action={} failed: {}", caller.name(), action, e.toString());
      throw e;
    }
  }

  private AuditLog() {}
}
