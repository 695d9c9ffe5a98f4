package dev.operatoranalytics.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.source.CsvImport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each invalid input produces one line that names it, before a database is created or started. */
class WrongInputTest {
  private static final String PRICES = "token,at,price_usd\n";

  @TempDir private Path directory;
  private final Commands commands = new Commands(Map.of());

  /** An invalid file, the kind it is imported as, and the message after its name. */
  record Mistake(String kind, String name, byte[] content, String found) {
    static Mistake of(String kind, String name, String content, String found) {
      return new Mistake(kind, name, content.getBytes(UTF_8), found);
    }

    @Override
    public String toString() {
      return name + " " + found;
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    var packed = gzip(PRICES + "0xae,2026-01-22T00:00:00Z,5\n");
    return Stream.of(
        Mistake.of("events", "empty.jsonl", "", "is empty"),
        Mistake.of("prices", "empty.csv", "", "is empty"),
        Mistake.of("events", "blank.jsonl", "\n  \n", "holds only blank lines"),
        Mistake.of("prices", "mark.csv", "\uFEFF", "is empty"),
        Mistake.of("prices", "plain.csv.gz", PRICES, "is not gzip, though its name ends in .gz"),
        new Mistake("events", "empty.gz", gzip(""), "is empty"),
        new Mistake(
            "prices", "cut.csv.gz", Arrays.copyOf(packed, 20), "ends in the middle of its gzip"),
        Mistake.of("events", "logs.jsonl", "PK\u0003\u0004....", "is a ZIP archive"),
        Mistake.of("prices", "p.sqlite", "SQLite format 3\0", "is a SQLite database"),
        new Mistake("prices", "u.csv", ("\uFEFF" + PRICES).getBytes(UTF_16LE), "is text in UTF-16"),
        new Mistake("events", "u.jsonl", "{}".getBytes(UTF_16LE), "holds zero bytes"),
        new Mistake("metadata", "l.csv", "name,é\n".getBytes(ISO_8859_1), "line 1 is not UTF-8"),
        new Mistake("events", "l.jsonl", "{\"é\":1}".getBytes(ISO_8859_1), "line 1 is not UTF-8"),
        Mistake.of("prices", "w.csv", "a,b\n", "has the columns `a,b`"),
        Mistake.of("prices", "twice.csv", "token,token\n", "has a first line that cannot be read"),
        Mistake.of("metadata", "m.csv", "name,logo\n", "has the columns `name,logo`"),
        Mistake.of(
            "prices", "s.csv", "token;at;price_usd\n", "separates its columns by ;, not by commas"),
        Mistake.of("prices", "t.csv", "token\tat\tprice_usd\n", "separates its columns by tabs"),
        Mistake.of("events", "csv.jsonl", PRICES, "line 1 is `token,at,price_usd`"),
        Mistake.of(
            "events", "long.jsonl", "{" + "a".repeat(30_000_000), "line 1 is longer than 16,777"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void an_invalid_file_is_rejected_in_one_line(Mistake mistake) throws IOException {
    var file = Files.write(directory.resolve(mistake.name()), mistake.content());
    var data = directory.resolve("data");

    var ran =
        commands.run("import", mistake.kind(), file.toString(), "--data-dir", data.toString());

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith(file + " " + mistake.found()).hasSizeLessThan(500);
    assertThat(data).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import events DIR | 1 | is a directory; expected decoded logs",
        "import prices DIR/none.csv | 1 | No such file or directory: DIR/none.csv",
        "import | 2 | Missing required subcommand",
        "import bananas DIR | 2 | bananas",
        "restore DIR/none.zip | 1 | No such file or directory: DIR/none.zip",
        "restore DIR | 1 | is not a file; expected a backup",
        "backup DIR/none/b.zip | 1 | DIR/none is not a directory",
        "backup DIR | 1 | is a directory; expected the name of a file",
        "sql DIR | 1 | is a directory; expected a file of SQL",
        "serve --port 99999 | 2 | --port is 99999; expected a port from 0 to 65535",
        "serve --port many | 2 | 'many' is not an int",
        "serve --host nowhere.invalid | 1 | is not an address of this machine",
        "serve --prot 80 | 2 | Unknown option",
        "run snapshots --date 2026-02-30 | 2 | '2026-02-30' is not a day such as 2026-01-22",
        "backfill analytics --from 2026-02-30 --to 2026-03-01 | 2 | '2026-02-30' is not a day",
        "backfill snapshots --from 2026-03-01 --to 2026-02-01 | 1 | is before",
        "demo generate --days 0 | 2 | --days is 0; expected 30 or more",
        "demo generate --delegators 80 | 2 | --delegators is 80; expected",
        "demo generate --operators 1 | 2 | --operators is 1; expected 2 or more",
        "demo generate --epochs 0 | 2 | --epochs is 0; expected 1 or more",
        "demo generate --domain-operators 0 | 2 | --domain-operators is 0; expected 1 or more",
        "demo generate --end yesterday | 2 | 'yesterday' is not an instant such as"
      })
  void an_invalid_command_is_rejected_in_one_line(String line, int exit, String reason) {
    var ran = commands.run(line.replace("DIR", directory.toString()).split(" "));

    assertThat(ran.exit()).isEqualTo(exit);
    assertThat(ran.err().lines().findFirst().orElseThrow())
        .contains(reason.replace("DIR", directory.toString()));
    assertThat(ran.err()).doesNotContain("at dev.operatoranalytics");
  }

  @Test
  void an_empty_or_incomplete_backup_is_rejected() throws IOException {
    var data = directory.resolve("data");
    for (var content : new String[] {"", "PK\u0003\u0004 and no end", "nothing"}) {
      var file = Files.writeString(directory.resolve("backup.zip"), content);

      var ran = commands.run("restore", file.toString(), "--data-dir", data.toString());

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).startsWith(file + " is").contains("expected a backup made by");
      assertThat(data).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "status",
    "sql -c select",
    "checks run",
    "export documents",
    "schedules pause snapshots",
    "schedules resume snapshots",
    "run state-update",
    "run snapshots",
    "run analytics",
    "run metadata",
    "backfill snapshots --from 2026-01-01 --to 2026-01-02",
    "backfill analytics --from 2026-01-01 --to 2026-01-02",
    "backup b.zip"
  })
  void a_command_that_needs_data_creates_no_data_directory(String line) {
    var typo = directory.resolve("typo");

    var ran = commands.run((line + " --data-dir " + typo).split(" "));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith(typo + " is not a data directory of this program: it does not exist")
        .contains("--data-dir")
        .hasLineCount(1);
    assertThat(typo).doesNotExist();
  }

  @Test
  void the_help_of_each_kind_of_import_shows_columns_an_example_and_the_environment() {
    for (var kind : CsvImport.CsvKind.values()) {
      var name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');

      var help = commands.run("import", name, "--help").out();

      assertThat(help)
          .contains(kind.columns())
          .contains("Example:", "Environment:", "ANALYTICS_DB_URL", "import " + name);
    }
    assertThat(commands.run("import", "events", "--help").out())
        .contains("tx_hash", "block_time", "Example:", "Environment:", "EVENTS_DB_URL");
    assertThat(commands.run("import", "epochs", "--help").out())
        .contains("end_block", "Example:", "Environment:", "EPOCHS_DOMAIN_ID");
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var packed = new GZIPOutputStream(bytes)) {
      packed.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
