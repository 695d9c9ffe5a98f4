package dev.operatoranalytics.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A response is produced while it has readers. */
class SpoolFileTest {
  private static final byte[] PIECE = {1, 2, 3};

  @Test
  void writing_stops_after_the_last_reader_closes(@TempDir Path directory) throws Exception {
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
  void later_readers_get_the_complete_file(@TempDir Path directory) throws Exception {
    var file = new SpoolFile(directory.resolve("answer"));
    file.output().write(PIECE);
    file.end(null);
    reader(file).close();

    try (var late = reader(file)) {
      assertThat(late.readAllBytes()).isEqualTo(PIECE);
    }
  }

  @Test
  void the_file_is_complete_when_the_last_reader_closes_just_before_its_end(@TempDir Path directory)
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
