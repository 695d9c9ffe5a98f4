package dev.operatoranalytics.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.BeanContextException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads all settings of the program at its start, so that a wrong one is refused by name. */
final class Settings {
  private static final String OURS = "dev.operatoranalytics.";

  private Settings() {}

  static void check(ApplicationContext context) {
    for (var definition :
        context.getBeanDefinitions(
            Object.class, Qualifiers.byStereotype(ConfigurationProperties.class))) {
      if (definition.getBeanType().getName().startsWith(OURS)) {
        check(context, definition);
      }
    }
  }

  private static <T> void check(ApplicationContext context, BeanDefinition<T> definition) {
    T settings;
    try {
      settings = context.getBean(definition);
    } catch (BeanContextException e) {
      throw new CommandFailed(reason(definition, e));
    }
    for (var component : definition.getBeanType().getRecordComponents()) {
      var value = value(component, settings);
      if ((value instanceof Number number && number.doubleValue() < 0)
          || (value instanceof Duration duration && duration.isNegative())) {
        throw new CommandFailed(
            "%s is %s; expected 0 or more".formatted(name(definition, component.getName()), value));
      }
    }
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

  private static String reason(BeanDefinition<?> definition, BeanContextException failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConversionErrorException unreadable) {
        var raw = unreadable.getConversionError().getOriginalValue().orElse("");
        return "%s is '%s'; expected %s"
            .formatted(
                name(definition, unreadable.getArgument().getName()),
                raw,
                expected(unreadable.getArgument().getType()));
      }
      root = cause;
    }
    return String.valueOf(root.getMessage());
  }

  private static String expected(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type == Duration.class
        ? "a duration such as 30s, 5m or 7d"
        : "a " + type.getSimpleName();
  }

  /** As the environment has it; the same setting in a file is written with points and dashes. */
  private static String name(BeanDefinition<?> definition, String property) {
    var prefix = definition.stringValue(ConfigurationProperties.class).orElse("");
    return (prefix + "." + NameUtils.hyphenate(property))
        .toUpperCase(Locale.ROOT)
        .replaceAll("[.-]", "_");
  }
}
