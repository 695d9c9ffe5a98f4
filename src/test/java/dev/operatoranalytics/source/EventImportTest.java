package dev.operatoranalytics.source;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Stream.concat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.InLocale;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.database.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports of decoded logs: rows, and rejected lines with their fields. */
@InLocale("fa-IR")
@Tag("slow")
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
  void importing_a_file_twice_adds_nothing() throws Exception {
    var file = file("logs.jsonl", shares(1, "5"), shares(2, "7"), shares(2, "7"));

    var first = imported(file);
    var second = imported(file);

    assertThat(first)
        .isEqualTo(new EventImport.EventImportResult(3, 2, 1, 0, 0, 0, Map.of(), Map.of()));
    assertThat(second)
        .isEqualTo(new EventImport.EventImportResult(3, 0, 3, 0, 0, 0, Map.of(), Map.of()));
    assertThat(one("select count(*) || ' ' || sum(shares) from operator_share_events"))
        .isEqualTo("2 12");
  }

  @Test
  void concurrent_chunks_with_the_same_lines_store_them_once() throws Exception {
    var lines = IntStream.range(0, 30_000).mapToObj(i -> shares(i, "1")).toList();
    var file = file("logs.jsonl", concat(lines.stream(), lines.reversed().stream()));

    assertThat(imported(file))
        .isEqualTo(
            new EventImport.EventImportResult(60_000, 30_000, 30_000, 0, 0, 0, Map.of(), Map.of()));
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
  void amounts_of_any_size_are_exact_as_numbers_and_as_texts() throws Exception {
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
  void an_invalid_line_is_rejected_with_its_field_and_the_others_are_imported() throws Exception {
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
  void text_with_unstorable_characters_does_not_reject_its_row() throws Exception {
    var uri =
        """
        {"event":"OperatorMetadataURIUpdated","tx_hash":"%s","log_index":9,"block_number":19492759,"block_time":"2024-03-21 05:46:40","data":{"operator":"%s","metadataURI":"%s"}}\
        """
            .formatted(HASH, ALICE, "a\\u0000b\\ud800c\\ud83d\\ude00\\\\u0000 \0 \uFFFF x");
    var bytes = uri.getBytes(StandardCharsets.UTF_8);
    var latin = uri.replace("\"log_index\":9", "\"log_index\":10").getBytes(StandardCharsets.UTF_8);
    latin[latin.length - 4] = (byte) 0xE9;
    var file = directory.resolve("logs.jsonl");
    try (var out = Files.newOutputStream(file)) {
      out.write(bytes);
      out.write('\n');
      out.write(latin);
    }

    var result = imported(file);

    assertThat(result.inserted()).isEqualTo(2);
    assertThat(rejects()).isEmpty();
    assertThat(one("select metadata_uri from operator_metadata_update_events where log_index = 9"))
        .isEqualTo("a\u2400b\uFFFDc\uD83D\uDE00\\u0000 \u2400 \uFFFF x");
    assertThat(
            one(
                "select raw_data -> 'data' ->> 'metadataURI' = metadata_uri from"
                    + " operator_metadata_update_events where log_index = 9"))
        .isEqualTo("t");
  }

  @Test
  void a_line_that_only_the_database_rejects_does_not_stop_others() throws Exception {
    var tooGreat = shares(9, "5").replace("{\"event\"", "{\"fee\":1e999999,\"event\"");

    var result = imported(file("logs.jsonl", shares(1, "5"), tooGreat, shares(2, "7")));

    assertThat(result.inserted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(1);
    assertThat(rejects().getFirst()).startsWith("2 ");
  }

  @Test
  void an_impossible_time_is_rejected_with_its_field() throws Exception {
    var file =
        file(
            "logs.jsonl",
            shares(1, "5"),
            at(2, 50, "1711000000000"),
            at(3, 50, "1711000000000000"),
            at(4, 50, "1711000000000000000"),
            at(5, 50, "4102444800"),
            at(6, 50, "0"),
            at(7, 50, "\"2024-02-30 00:00:00\""),
            at(8, 50, "\"2999-01-01T00:00:00Z\""));

    var result = imported(file);

    assertThat(result.inserted()).isEqualTo(1);
    var late =
        " later than now, " + Instant.now().plus(Duration.ofMinutes(5)).toString().substring(0, 13);
    assertThat(rejects())
        .containsExactly(
            "2 block_time 1711000000000 not unix seconds but milliseconds, as it seems",
            "3 block_time 1711000000000000 not unix seconds but microseconds, as it seems",
            "4 block_time 1711000000000000000 not unix seconds but nanoseconds, as it seems",
            "5 block_time 4102444800" + late,
            "6 block_time 0 before the first block of Ethereum, 2015-07-30T15",
            "7 block_time 2024-02-30 00:00:00 not a time",
            "8 block_time 2999-01-01T00:00:00Z" + late);
  }

  @Test
  void a_time_that_contradicts_other_blocks_is_rejected_without_other_lines() throws Exception {
    var earlier = at(2, 3, "1600000000");
    var later = at(3, 4, "1720000000");
    var other = at(4, 5, "1711000051");

    // the wrong one first, before any other block is known
    imported(file("first.jsonl", later));
    var result =
        imported(
            file(
                "logs.jsonl",
                earlier,
                at(11, 1, "1711000010"),
                at(12, 2, "\"1711000020\""),
                at(13, 5, "1711000050"),
                at(14, 5, "1711000050"),
                other,
                at(15, 6, "\"2024-03-21T05:47:40Z\"")));

    assertThat(result.rejected()).isEqualTo(2);
    assertThat(rejects())
        .containsExactly(
            "1 block_time 1600000000 earlier than block 2, whose time is 2024-03-21T05",
            "6 block_time 1711000051 other logs of block 5 say 2024-03-21T05");
    assertThat(
            one(
                "select string_agg(log_index::text, ' ' order by log_index) from"
                    + " operator_share_events"))
        .isEqualTo("3 11 12 13 14 15");
  }

  @Test
  void a_removed_log_is_not_stored_for_any_order_of_lines() throws Exception {
    var removed = shares(1, "5").replace("{\"event\"", "{\"removed\":true,\"event\"");
    imported(file("first.jsonl", shares(1, "5"), shares(2, "6"), shares(3, "7")));

    var result =
        imported(
            file(
                "second.jsonl",
                removed,
                shares(1, "5"),
                removed.replace("\"log_index\":1", "\"log_index\":4"),
                shares(4, "8"),
                shares(5, "9").replace("{\"event\"", "{\"removed\":false,\"event\""),
                removed.replace("\"log_index\":1", "\"log_index\":5").replace("true", "\"TRUE\""),
                shares(6, "1").replace("{\"event\"", "{\"removed\":\"maybe\",\"event\"")));

    assertThat(result)
        .isEqualTo(new EventImport.EventImportResult(7, 1, 0, 5, 2, 1, Map.of(), Map.of()));
    assertThat(
            one(
                "select string_agg(shares::text, ' ' order by log_index) from"
                    + " operator_share_events"))
        .isEqualTo("6 7");
    assertThat(stateRow("select operator_id || ' ' || reason from pipeline_requests"))
        .isEqualTo(ALICE + " DELETED");
    assertThat(imported(file("third.jsonl", shares(1, "5"))).removed()).isEqualTo(1);
  }

  @Test
  void the_last_line_of_a_transaction_in_two_blocks_is_stored() throws Exception {
    var again = shares(57, "5").replace("19492759", "19492760").replace("05:46:40", "05:46:52");
    var lines =
        file(
            "logs.jsonl",
            shares(1, "5"),
            again,
            shares(2, "6").replace("19492759", "19492760").replace("05:46:40", "05:46:52"));
    imported(lines);
    assertThat(places()).isEqualTo("2@19492760 57@19492760");

    assertThat(imported(file("back.jsonl", shares(1, "5"), shares(57, "4"))).deleted())
        .isEqualTo(2);
    assertThat(places()).isEqualTo("1@19492759 57@19492759");

    imported(lines);
    assertThat(places()).isEqualTo("2@19492760 57@19492760");
  }

  @Test
  void the_last_line_is_stored_for_two_transactions_at_one_position_or_two_hashes_of_a_block()
      throws Exception {
    var other = "0x" + "cd".repeat(32);
    imported(file("first.jsonl", shares(1, "5"), shares(2, "6")));
    imported(file("second.jsonl", shares(2, "7").replace(HASH, other)));
    assertThat(one("select string_agg(shares::text, ' ') from operator_share_events"))
        .isEqualTo("7");

    imported(
        file(
            "third.jsonl",
            shares(7, "1").replace("{\"event\"", "{\"block_hash\":\"" + HASH + "\",\"event\""),
            shares(8, "2").replace("{\"event\"", "{\"blockHash\":\"" + other + "\",\"event\"")));
    assertThat(
            one(
                "select string_agg(shares::text, ' ' order by log_index) from"
                    + " operator_share_events"))
        .isEqualTo("7 2");
  }

  private String places() throws SQLException {
    return one(
        "select string_agg(log_index || '@' || block_number, ' ' order by log_index) from"
            + " operator_share_events");
  }

  @Test
  void the_same_log_from_another_exporter_counts_as_present() throws Exception {
    imported(file("logs.jsonl", shares(1, "5"), shares(2, "6")));

    var result =
        imported(
            file(
                "other.jsonl",
                """
                {"chain":1,"data":{"shares":5,"strategy":"%2$s","staker":"%1$s","operator":"%1$s"},"log_index":"1","block_number":"0x1296f97","block_time":1711000000,"tx_hash":"%3$s","event":"OperatorSharesIncreased"}\
                """
                    .formatted(
                        ALICE.toUpperCase(java.util.Locale.ROOT).replace("0X", "0x"),
                        STETH,
                        HASH.toUpperCase(java.util.Locale.ROOT).replace("0X", "0x")),
                shares(2, "0x6"),
                shares(2, "7")));

    assertThat(result.present()).isEqualTo(2);
    assertThat(rejects())
        .singleElement()
        .asString()
        .startsWith("3 tx_hash, log_index ")
        .endsWith("another log is stored under this transaction and log index");
    assertThat(told.getLast()).contains("its shares differs");
  }

  @Test
  void another_log_with_a_stored_id_is_rejected() throws Exception {
    imported(file("logs.jsonl", shares(1, "5")));

    var result = imported(file("other.jsonl", shares(1, "6")));

    assertThat(result.rejected()).isEqualTo(1);
    assertThat(one("select shares::text from operator_share_events")).isEqualTo("5");
  }

  @Test
  void csv_rows_are_checked_field_by_field_and_text_is_unchanged() throws Exception {
    var imports = new CsvImport(state, new RejectLog(state, told::add), Clock.systemUTC());

    var rates =
        imports.run(
            CsvImport.CsvKind.RATES,
            file(
                "rates.csv",
                "strategy,at,rate",
                STETH + ",2024-01-01T00:00:00Z,0",
                STETH + ",2024-01-02T00:00:00Z,-1",
                STETH + ",+57000-01-03T00:00:00Z,1",
                STETH + ",2999-01-03T00:00:00Z,1"));
    imports.run(CsvImport.CsvKind.METADATA, file("names.csv", "operator,name", ALICE + ",A\0lice"));
    var operators =
        imports.run(
            CsvImport.CsvKind.OPERATORS_METADATA,
            file(
                "operators.csv",
                "operator_id,metadata",
                "1,\"{\"\"a\"\":\"\"x\\u0000\"\"}\"",
                "2,{\"a\":1e999999}"));

    assertThat(rates).isEqualTo(new CsvImport.CsvImportResult(4, 1, 0, 3));
    assertThat(stateRow("select rate from strategy_exchange_rates")).isEqualTo("0");
    assertThat(stateRow("select name from operator_metadata")).isEqualTo("A\u2400lice");
    assertThat(operators).isEqualTo(new CsvImport.CsvImportResult(2, 1, 0, 1));
    assertThat(stateRow("select metadata ->> 'a' from operators_metadata")).isEqualTo("x\u2400");
  }

  @Test
  void unknown_kinds_are_counted_and_named() throws Exception {
    var result =
        imported(
            file(
                "logs.jsonl",
                shares(1, "5"),
                shares(2, "5").replace("OperatorSharesIncreased", "Minted")));

    assertThat(result.unknown()).containsExactly(Map.entry("Minted", 1L));
    assertThat(result.rejected()).isZero();
  }

  @Test
  void compressed_files_are_read_directly() throws Exception {
    var file = directory.resolve("logs.jsonl.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((shares(1, "5") + "\r\n\n" + shares(2, "6")).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(imported(file).inserted()).isEqualTo(2);
  }

  private EventImport.EventImportResult imported(Path file) throws Exception {
    return new EventImport(eventsUrl, state, new RejectLog(state, told::add), Clock.systemUTC())
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

  private static String at(int logIndex, long block, String time) {
    return shares(logIndex, "5")
        .replace("\"2024-03-21 05:46:40.000000\"", time)
        .replace("\"block_number\":19492759", "\"block_number\":" + block)
        .replace(HASH, "0x" + "%064x".formatted(block));
  }

  private String stateRow(String sql) throws SQLException {
    return Sql.get(state, sql, row -> row.getString(1));
  }

  private String one(String sql) throws SQLException {
    return Sql.get(events, sql, row -> row.getString(1));
  }

  private List<String> rejects() throws SQLException {
    var rejects = new ArrayList<String>();
    Sql.each(
        state,
        "select line || ' ' || field || ' ' || raw || ' ' || split_part(reason, ':', 1)"
            + " from import_rejects order by line",
        rows -> rejects.add(rows.getString(1)));
    return rejects;
  }
}
