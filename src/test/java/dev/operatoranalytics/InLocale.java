package dev.operatoranalytics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Runs the tests of a class in another locale. In a Turkish locale, the databases of the class use
 * it, too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InLocale.Setter.class)
public @interface InLocale {

  /** Language tag. */
  String value();

  /** Sets the locale of the process before anything else of the class begins. */
  final class Setter implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(InLocale.class);

    @Override
    public void beforeAll(ExtensionContext context) {
      var locale = context.getRequiredTestClass().getAnnotation(InLocale.class).value();
      context.getStore(NAMESPACE).put(Locale.class, Locale.getDefault());
      Locale.setDefault(Locale.forLanguageTag(locale));
    }

    @Override
    public void afterAll(ExtensionContext context) {
      Locale.setDefault(
          Objects.requireNonNull(context.getStore(NAMESPACE).get(Locale.class, Locale.class)));
    }
  }
}
