package dev.operatoranalytics.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An answer is made as long as somebody waits for it. */
class SpoolFileTest {
  private static final byte[] PIECE = {1, 2, 3};

  @Test
  void when_the_last_who_reads_has_left_the_rest_is_not_made(@TempDir Path directory)
      throws Exception {
    var file = new SpoolFile(directory.resolve("answer"));
    var one = reader(file);
    var other = reader(file);

    one.close();
    file.output().write(PIECE);
    assertThat(other.readNBytes(3)).isEqualTo(PIECE);
    one.close();
    file.output().write(PIECE);
    other.close();

    assertThatThrownBy(() -> file.output().write(PIECE)).isInstanceOf(IOException.class);
    assertThat(file.open()).isNull();
  }

  @Test
  void what_is_whole_is_there_for_those_who_come_later(@TempDir Path directory) throws Exception {
    var file = new SpoolFile(directory.resolve("answer"));
    file.output().write(PIECE);
    file.end(null);
    reader(file).close();

    try (var late = reader(file)) {
      assertThat(late.readAllBytes()).isEqualTo(PIECE);
    }
  }

  @Test
  void what_is_whole_is_there_though_all_left_just_before_its_end(@TempDir Path directory)
      throws Exception {
    var file = new SpoolFile(directory.resolve("answer"));
    var hasty = reader(file);
    file.output().write(PIECE);
    hasty.close();
    file.end(null);

    try (var late = reader(file)) {
      assertThat(late.readAllBytes()).isEqualTo(PIECE);
    }
  }

  private static InputStream reader(SpoolFile file) throws IOException {
    return Objects.requireNonNull(file.open());
  }
}
