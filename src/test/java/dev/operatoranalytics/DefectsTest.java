package dev.operatoranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each defect of the earlier system has a test that docs/errata.md names. */
class DefectsTest {
  private static final int DEFECTS = 17;
  private static final Pattern LINE =
      Pattern.compile("\\| (\\d+) \\| [^|]+ \\| `(\\w+)\\.(\\w+)` \\|");

  @Test
  void every_defect_of_the_earlier_system_has_a_test() throws IOException {
    var numbers = new TreeSet<Integer>();
    for (var line : Files.readAllLines(Path.of("docs/errata.md"))) {
      var defect = LINE.matcher(line);
      if (defect.matches()) {
        numbers.add(Integer.valueOf(defect.group(1)));
        assertThat(source(defect.group(2)))
            .content()
            .contains("@Test\n  void " + defect.group(3) + "()");
      }
    }
    assertThat(numbers)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, DEFECTS).boxed().toList());
  }

  private static Path source(String type) throws IOException {
    try (var files = Files.walk(Path.of("src/test/java"))) {
      return files.filter(file -> file.endsWith(type + ".java")).findFirst().orElseThrow();
    }
  }
}
