package dev.operatoranalytics.source;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Stream.concat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.InLocale;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decoded logs in, rows out; what cannot be read is refused by name. */
@InLocale("fa-IR")
class EventImportTest {
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final String ALICE = "0x" + "a1".repeat(20);
  private static final String STETH = "0x" + "57".repeat(20);

  @TempDir private Path directory;
  private ConnectionUrl eventsUrl;
  private Connection events;
  private Connection state;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void open() throws SQLException {
    eventsUrl = TestPostgres.fresh("events");
    events = eventsUrl.connect();
    state = TestPostgres.fresh("analytics").connect();
  }

  @AfterEach
  void close() throws SQLException {
    events.close();
    state.close();
  }

  @Test
  void twice_is_once() throws Exception {
    var file = file("logs.jsonl", shares(1, "5"), shares(2, "7"), shares(2, "7"));

    var first = imported(file);
    var second = imported(file);

    assertThat(first).isEqualTo(new EventImport.Result(3, 2, 1, 0, java.util.Map.of()));
    assertThat(second).isEqualTo(new EventImport.Result(3, 0, 3, 0, java.util.Map.of()));
    assertThat(one("select count(*) || ' ' || sum(shares) from operator_share_events"))
        .isEqualTo("2 12");
  }

  @Test
  void the_same_lines_in_two_chunks_at_once_are_there_once() throws Exception {
    var lines = IntStream.range(0, 30_000).mapToObj(i -> shares(i, "1")).toList();
    var file = file("logs.jsonl", concat(lines.stream(), lines.reversed().stream()));

    assertThat(imported(file))
        .isEqualTo(new EventImport.Result(60_000, 30_000, 30_000, 0, java.util.Map.of()));
  }

  @Test
  void addresses_in_any_case_are_one() throws Exception {
    imported(
        file("logs.jsonl", shares(1, "5").replace(ALICE, "0x" + "A1".repeat(20)), shares(2, "6")));

    assertThat(one("select string_agg(distinct operator_id, ',') from operator_share_events"))
        .isEqualTo(ALICE);
    assertThat(one("select string_agg(id, ',') from operators")).isEqualTo(ALICE);
  }

  @Test
  void amounts_of_any_size_as_numbers_or_texts_are_exact() throws Exception {
    var greatest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    imported(
        file(
            "logs.jsonl",
            shares(1, greatest),
            shares(2, "9007199254740993").replace("\"9007199254740993\"", "9007199254740993")));

    assertThat(
            one(
                "select string_agg(shares::text, ' ' order by log_index) from"
                    + " operator_share_events"))
        .isEqualTo(greatest + " 9007199254740993");
  }

  @Test
  void a_bad_line_is_refused_by_name_and_the_rest_goes_on() throws Exception {
    var file =
        file(
            "logs.jsonl",
            shares(1, "5"),
            shares(2, "1e18"),
            shares(3, "5").replace(ALICE, "0x12"),
            "{\"event\": ",
            shares(4, "-5"),
            shares(
                5,
                "115792089237316195423570985008687907853269984665640564039457584007913129639936"),
            shares(6, "5").replace("\"shares\"", "\"sharez\""),
            shares(7, "7"));

    var result = imported(file);

    assertThat(result.inserted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(6);
    assertThat(rejects())
        .containsExactly(
            "2 data.shares 1e18 not a whole number",
            "3 data.operator 0x12 not an address (0x and 40 hex digits)",
            "4  {\"event\":  not JSON",
            "5 data.shares -5 not a whole number",
            "6 data.shares"
                + " 115792089237316195423570985008687907853269984665640564039457584007913129639936"
                + " outside"
                + " 0..115792089237316195423570985008687907853269984665640564039457584007913129639935",
            "7 data.shares  missing");
    assertThat(told.getFirst())
        .contains("logs.jsonl line 2 field data.shares: not a whole number: 1e18");
  }

  @Test
  void what_only_the_database_can_refuse_stops_no_other_line() throws Exception {
    var nul =
        """
        {"event":"OperatorMetadataURIUpdated","tx_hash":"%s","log_index":9,"block_number":1,"block_time":"2024-01-01 00:00:00","data":{"operator":"%s","metadataURI":"a\\u0000b"}}\
        """
            .formatted(HASH, ALICE);

    var result = imported(file("logs.jsonl", shares(1, "5"), nul, shares(2, "7")));

    assertThat(result.inserted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(1);
    assertThat(rejects().getFirst()).startsWith("2 ");
  }

  @Test
  void another_log_under_a_stored_identity_is_refused() throws Exception {
    imported(file("logs.jsonl", shares(1, "5")));

    var result = imported(file("other.jsonl", shares(1, "6")));

    assertThat(result.rejected()).isEqualTo(1);
    assertThat(one("select shares::text from operator_share_events")).isEqualTo("5");
  }

  @Test
  void unknown_kinds_are_counted_and_named() throws Exception {
    var result =
        imported(
            file(
                "logs.jsonl",
                shares(1, "5"),
                shares(2, "5").replace("OperatorSharesIncreased", "Minted")));

    assertThat(result.unknown()).containsExactly(java.util.Map.entry("Minted", 1L));
    assertThat(result.rejected()).isZero();
  }

  @Test
  void packed_files_are_read_as_they_are() throws Exception {
    var file = directory.resolve("logs.jsonl.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((shares(1, "5") + "\r\n\n" + shares(2, "6")).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(imported(file).inserted()).isEqualTo(2);
  }

  @Test
  void the_list_of_kinds_in_the_docs_is_the_one_of_the_code() throws IOException {
    var documented =
        Files.readAllLines(Path.of("docs/data-model.md")).stream()
            .filter(line -> line.matches("\\| [A-Z]\\w+ \\| \\w+_events \\|.*"))
            .map(line -> line.split("\\|")[1].strip() + " → " + line.split("\\|")[2].strip())
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            EventKinds.ALL.stream().map(kind -> kind.name() + " → " + kind.table()).toList());
  }

  private EventImport.Result imported(Path file) throws Exception {
    return new EventImport(eventsUrl, new RejectLog(state, told::add))
        .run(file, (lines, bytes) -> {});
  }

  private Path file(String name, String... lines) throws IOException {
    return file(name, Stream.of(lines));
  }

  private Path file(String name, Stream<String> lines) throws IOException {
    return Files.writeString(directory.resolve(name), lines.collect(joining("\n")));
  }

  private static String shares(int logIndex, String shares) {
    return """
    {"event":"OperatorSharesIncreased","tx_hash":"%s","log_index":%s,"block_number":19492759,"block_time":"2024-03-21 05:46:40.000000","contract":"%s","data":{"operator":"%s","staker":"%s","strategy":"%s","shares":"%s"}}\
    """
        .formatted(HASH, logIndex, STETH, ALICE, ALICE, STETH, shares);
  }

  private String one(String sql) throws SQLException {
    try (var statement = events.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private List<String> rejects() throws SQLException {
    var rejects = new ArrayList<String>();
    try (var statement = state.createStatement();
        var rows =
            statement.executeQuery(
                "select line || ' ' || field || ' ' || raw || ' ' || split_part(reason, ':', 1)"
                    + " from import_rejects order by line")) {
      while (rows.next()) {
        rejects.add(rows.getString(1));
      }
    }
    return rejects;
  }
}
