package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Canonical;
import graphql.schema.DataFetchingEnvironment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs actions of administrators: caller, action, arguments without secrets, and outcome. */
final class AuditLog {
  private static final Logger log = LoggerFactory.getLogger("audit");

  static @Nullable Object record(
      String action,
      Set<String> secrets,
      DataFetchingEnvironment env,
      Function<DataFetchingEnvironment, @Nullable Object> answer) {
    var caller = Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
    var arguments = Canonical.of(without(secrets, env.getArguments()));
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

  private static Map<String, Object> without(Set<String> secrets, Map<String, Object> values) {
    var shown = new HashMap<String, Object>();
    values.forEach(
        (name, value) -> {
          if (secrets.contains(name)) {
            shown.put(name, "secret");
          } else {
            shown.put(
                name, value instanceof Map<?, ?> parts ? without(secrets, named(parts)) : value);
          }
        });
    return shown;
  }

  private static Map<String, Object> named(Map<?, ?> parts) {
    var named = new HashMap<String, Object>();
    parts.forEach((name, part) -> named.put(String.valueOf(name), part));
    return named;
  }

  private AuditLog() {}
}
