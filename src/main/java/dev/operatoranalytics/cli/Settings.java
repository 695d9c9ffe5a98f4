package dev.operatoranalytics.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.BeanContextException;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates all settings at startup and rejects an invalid one by its name. Micronaut alone would
 * replace an unreadable value by the default.
 */
final class Settings {
  private static final String ROOT_PACKAGE = "dev.operatoranalytics.";
  private static final Set<String> BOOLEANS = Set.of("true", "false", "yes", "no", "on", "off");

  /** Intervals of scheduled jobs; no settings class holds them. */
  private static final List<String> INTERVALS =
      List.of(
          "schedules.every",
          "schedules.queue-every",
          "epochs.every",
          "metadata.every",
          "webhook.every");

  private final ApplicationContext context;

  private Settings(ApplicationContext context) {
    this.context = context;
  }

  /** Checks the intervals that the scheduler reads while the context starts. */
  static void checkIntervals(Environment environment) {
    for (var interval : INTERVALS) {
      var text = environment.getProperty(interval, String.class).orElse("");
      var duration = environment.getProperty(interval, Duration.class);
      if (!text.isBlank() && (duration.isEmpty() || !duration.get().isPositive())) {
        throw new CommandFailed(
            "%s is '%s'; expected %s"
                .formatted(variable(interval), text, expected(Duration.class)));
      }
    }
  }

  static void check(ApplicationContext context) {
    var settings = new Settings(context);
    for (var definition :
        context.getBeanDefinitions(
            Object.class, Qualifiers.byStereotype(ConfigurationProperties.class))) {
      if (definition.getBeanType().getName().startsWith(ROOT_PACKAGE)) {
        settings.check(definition);
      }
    }
  }

  private <T> void check(BeanDefinition<T> definition) {
    var prefix = definition.stringValue(ConfigurationProperties.class).orElse("");
    var components = definition.getBeanType().getRecordComponents();
    for (var component : components) {
      requireReadable(property(prefix, component), Argument.of(component.getGenericType()));
    }
    T settings;
    try {
      settings = context.getBean(definition);
    } catch (BeanContextException e) {
      throw new CommandFailed(reason(e));
    }
    for (var component : components) {
      var value = value(component, settings);
      if ((value instanceof Number number && number.doubleValue() < 0)
          || (value instanceof Duration duration && duration.isNegative())) {
        throw new CommandFailed(
            "%s is %s; expected 0 or more".formatted(variable(property(prefix, component)), value));
      }
    }
  }

  private void requireReadable(String property, Argument<?> type) {
    var text = context.getProperty(property, String.class).orElse("");
    if (text.isBlank()) {
      return;
    }
    var isList = List.class.isAssignableFrom(type.getType());
    var each = isList ? type.getTypeParameters()[0] : type;
    for (var part : isList ? text.split(",") : new String[] {text}) {
      if (!isReadable(part.strip(), each)) {
        throw new CommandFailed(
            "%s is '%s'; expected %s%s"
                .formatted(
                    variable(property),
                    text,
                    expected(each.getType()),
                    isList ? ", or some with commas between" : ""));
      }
    }
  }

  private boolean isReadable(String text, Argument<?> type) {
    if (type.getType() == boolean.class) {
      return BOOLEANS.contains(text.toLowerCase(Locale.ROOT));
    }
    return context.getConversionService().convert(text, type).isPresent();
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type == Duration.class ? "a duration such as 30s, 5m or 7d" : "a whole number";
  }

  private static @Nullable Object value(RecordComponent component, Object settings) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The message of the settings class, without Micronaut's wrappers. */
  private static String reason(BeanContextException failure) {
    Throwable cause = failure;
    while (cause instanceof BeanContextException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }

  private static String property(String prefix, RecordComponent component) {
    return prefix + "." + NameUtils.hyphenate(component.getName());
  }

  /** The name of the environment variable of a property. */
  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }
}
