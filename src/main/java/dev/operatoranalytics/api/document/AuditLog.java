package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Canonical;
import graphql.schema.DataFetchingEnvironment;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs actions of administrators: caller, action, arguments and outcome. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  static @Nullable Object record(
      String action,
      DataFetchingEnvironment env,
      Function<DataFetchingEnvironment, @Nullable Object> answer) {
    var caller = Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
    var arguments = Canonical.of(env.getArguments());
    log.info("caller={} action={} arguments={} started", caller.name(), action, arguments);
    try {
      var result = answer.apply(env);
      log.info("caller={} action={} done", caller.name(), action);
      return result;
    } catch (RuntimeException e) {
      log.warn("caller={} action={} failed: {}", caller.name(), action, e.toString());
      throw e;
    }
  }

  private AuditLog() {}
}
