package dev.operatoranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.cli.OperatorAnalytics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands print the same output in every locale. */
@InLocale("ar-EG")
@Tag("slow")
class LocaleTest {

  @Test
  void numbers_have_ascii_digits_once_a_command_runs() {
    assertThat("%,d".formatted(1_234)).isEqualTo("١٬٢٣٤");

    assertThat(OperatorAnalytics.run(new String[] {"--version"})).isZero();

    assertThat("%,d".formatted(1_234)).isEqualTo("1,234");
  }
}
