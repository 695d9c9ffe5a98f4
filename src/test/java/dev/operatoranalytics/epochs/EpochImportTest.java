package dev.operatoranalytics.epochs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.operatoranalytics.InLocale;
import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Imports documents and checks their rows; an unreadable value is reported with its path and does
 * not affect others.
 */
@InLocale("tr-TR")
@Tag("slow")
class EpochImportTest {
  private static final Path DATA = Path.of("../shared/data/epochs");
  private static final String ONE = "1000000000000000000";
  private static final String U128_MAX = "340282366920938463463374607431768211455";
  private static final String PRICES =
      """
      select epoch, operator_id, share_price_perq, stake_per_share_perq, source
      from operator_share_prices order by epoch, operator_id
      """;

  @TempDir private Path directory;
  private EpochTables tables;

  @BeforeEach
  void open() {
    tables = new EpochTables();
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  @Test
  void the_storage_key_names_the_operator_not_the_position() throws Exception {
    imported(
        new DocumentText(5)
            .operator(256, "3000", "2000")
            .operator(1, "4000", "4000")
            .price(256, 4, "666666666666666666"));

    assertThat(
            tables.lines(
                "select operator_id, stake_raw, shares_raw from operator_shares order by 1"))
        .containsExactly("1 4000 4000", "256 3000 2000");
    assertThat(tables.lines(PRICES))
        .containsExactly(
            "4 256 666666666666666666 - epochs_json",
            "5 1 - " + ONE + " awaited",
            "5 256 - 1500000000000000000 awaited");
  }

  @Test
  void all_three_formats_give_equal_rows() throws Exception {
    var plain = new DocumentText(5).operator(7, "3000", "2000").price(7, 4, "666666666666666666");
    var keyed =
        plain
            .toString()
            .replaceAll(
                "\\{\"key\":\\[\"0\"],\"value\":\"(0x0b41d0c7f7b4485bd7be1d66066b00adf16a)",
                "{\"key\":[\"7\",\"[0,4]\"],\"value\":\"$1");
    var objects =
        new DocumentText(5)
            .operatorAsObject(7, "3000", "2000")
            .price(7, 4, "666666666666666666")
            .withArguments();
    imported(plain.toString());
    var wanted = tables.lines(PRICES);

    for (var other : List.of(keyed, objects)) {
      assertThat(other).isNotEqualTo(plain.toString());
      try (var others = new EpochTables()) {
        assertThat(others.imported(file("other.json", other)).issues()).isZero();
        assertThat(others.lines(PRICES)).isEqualTo(wanted);
        assertThat(others.lines("select * from epoch_dictionaries"))
            .isEqualTo(tables.lines("select * from epoch_dictionaries"));
      }
    }
  }

  @Test
  void a_price_is_recorded_or_derived_from_the_next_document_and_else_absent() throws Exception {
    imported(
        new DocumentText(1).operator(0, "1000", "1000").price(0, 0, ONE),
        new DocumentText(2).operator(0, "1000", "1000").price(0, 0, ONE),
        new DocumentText(3).operator(0, "1500", "1000").price(0, 0, ONE),
        new DocumentText(4)
            .operator(0, "2000", "1000")
            .operator(1, "0", "0")
            .price(0, 0, ONE)
            .price(0, 3, "500000000000000001"));

    assertThat(tables.lines(PRICES))
        .containsExactly(
            "0 0 " + ONE + " - epochs_json",
            "1 0 " + ONE + " " + ONE + " carried",
            "2 0 666666666666666666 " + ONE + " derived",
            "3 0 500000000000000001 1500000000000000000 epochs_json",
            "4 0 - 2000000000000000000 awaited");
    assertThat(tables.lines("select epoch, prices_unknown from epoch_quality order by 1"))
        .containsExactly("1 0", "2 0", "3 0", "4 1");
    imported(new DocumentText(5).operator(1, "10", "10"));
    assertThat(
            tables.lines(
                "select share_price_perq, source from operator_share_prices where (epoch,"
                    + " operator_id) = (4, 0)"))
        .as("the next document does not list it any more")
        .containsExactly("- unknown");
  }

  @Test
  void a_repeated_import_changes_nothing_and_the_order_does_not_matter() throws Exception {
    var documents = history(12);
    assertThat(imported(documents).inserted()).isEqualTo(12);
    var whole = tables.whole();

    var again = imported(documents);
    assertThat(again.inserted() + again.replaced() + again.rows()).isZero();
    assertThat(again.present()).isEqualTo(12);
    assertThat(tables.whole()).isEqualTo(whole);

    for (var seed = 1; seed <= 4; seed++) {
      var shuffled = new ArrayList<>(Arrays.asList(documents));
      Collections.shuffle(shuffled, new Random(seed));
      try (var others = new EpochTables()) {
        for (var document : shuffled) {
          others.imported(file("one.json", document.toString()));
        }
        assertThat(others.whole()).isEqualTo(whole);
      }
    }
  }

  @Test
  void a_document_in_another_format_counts_as_present() throws Exception {
    var document = new DocumentText(5).operator(0, "3000", "2000").price(0, 4, ONE);
    imported(document.toString());

    var row = "{\"epoch\": \"5\", \"end_block\": 1600, \"data\" :  %s }".formatted(document);
    var result = tables.imported(file("row.json", row));

    assertThat(result.present()).isEqualTo(1);
    assertThat(result.rows()).isZero();
  }

  @Test
  void each_price_record_is_stored_once_and_every_document_can_be_restored() throws Exception {
    var documents = history(30);
    imported(documents);

    assertThat(
            tables.lines(
                "select count(*), count(distinct (operator_id, epoch)) from chain_share_prices"))
        .containsExactly("58 58");
    assertDocumentsComeBack(documents);
    assertThat(tables.lines("select max(length(data)) < 1200 from epochs")).containsExactly("t");
  }

  @Test
  void of_contradicting_prices_the_earliest_document_counts_and_all_are_stored() throws Exception {
    var early =
        new DocumentText(5).operator(0, "3000", "2000").price(0, 3, "900").price(0, 4, "800");
    var late =
        new DocumentText(9).operator(0, "3000", "2000").price(0, 3, "700").price(0, 4, "800");

    for (var order : List.of(List.of(early, late), List.of(late, early))) {
      try (var others = new EpochTables()) {
        for (var document : order) {
          others.imported(file("one.json", document.toString()));
        }
        assertThat(
                others.lines("select share_price_perq from operator_share_prices where epoch = 3"))
            .containsExactly("900");
        assertThat(others.lines("select price from chain_share_prices where epoch = 3 order by 1"))
            .containsExactly("700", "900");
        assertThat(documentsOf(others))
            .containsExactly(tree(early.toString()), tree(late.toString()));
      }
    }
  }

  @Test
  void of_several_documents_of_an_epoch_the_latest_counts_in_any_order() throws Exception {
    var first =
        new DocumentText(5).takenAt("1756000000100").endingAt(1500).operator(0, "3000", "2000");
    var second =
        new DocumentText(5).takenAt("1756000000200").endingAt(1600).operator(0, "5000", "2000");

    for (var order : List.of(List.of(first, second), List.of(second, first))) {
      try (var others = new EpochTables()) {
        for (var document : order) {
          others.imported(file("one.json", document.toString()));
        }
        assertThat(
                others.lines(
                    "select end_block, stake_raw from epochs join operator_shares using (epoch)"))
            .containsExactly("1600 5000");
        assertThat(others.lines("select epoch, end_block from superseded_documents"))
            .containsExactly("5 1500");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"0x\"",
        "\"0xzz\"",
        "\"1,23,456\"",
        "\"1,2345\"",
        "\" 12 \"",
        "\"-5\"",
        "\"+5\"",
        "\"1e18\"",
        "\"1.5\"",
        "\"NaN\"",
        "\"Infinity\"",
        "\"99.99%\"",
        "\"1.0000 AI3\"",
        "\"null\"",
        "\"007\"",
        "\"340282366920938463463374607431768211456\"",
        "\"0x100000000000000000000000000000000\"",
        "1e18",
        "1.5",
        "-1",
        "9007199254740992",
        "true",
        "[1]"
      })
  void an_unreadable_number_is_reported_once_and_is_never_zero(String raw) throws Exception {
    var document =
        new DocumentText(5)
            .entry(DocumentText.operatorKey(3), DocumentText.fields(0, raw, "2000"))
            .operator(4, "10", "10");

    var result = imported(document.toString());

    assertThat(result.issues()).isEqualTo(1);
    assertThat(tables.rows("select epoch, json_path, kind, raw from epoch_issues"))
        .containsExactly(
            List.of(
                "5",
                "$.operators.entries[0].value.currentTotalStake",
                "UNREADABLE",
                raw.startsWith("\"") ? raw.substring(1, raw.length() - 1) : raw));
    assertThat(
            tables.lines(
                "select operator_id, stake_raw, shares_raw, storage_fee_deposit_raw from"
                    + " operator_shares order by 1"))
        .containsExactly("3 - 2000 25", "4 10 10 25");
    assertThat(tables.lines("select total_shares, storage_fees, operator_count from epochs"))
        .containsExactly("2010 50 2");
    assertThat(tables.lines("select operator_id from operator_share_prices")).containsExactly("4");
    assertThat(tables.reported().getFirst())
        .contains("epoch 5 $.operators.entries[0].value.currentTotalStake: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "currentTotalStake":"7000"        | "currentTotalStake":null              | $.domainStakingSummary.currentTotalStake | MISSING
          "currentEpochIndex":"5"           | "currentEpochIndex":"6"               | $.domainStakingSummary.currentEpochIndex | MISMATCH
          {"0":"3000"                       | {"0":"3,00"                           | $.domainStakingSummary.currentOperators.0 | UNREADABLE
          {"0":"3000"                       | {"x":"3000"                           | $.domainStakingSummary.currentOperators.x | UNREADABLE
          "operators":{"count":2            | "operators":{"count":3                | $.operators.count | MISMATCH
          "operatorEpochSharePrice":{"count":1 | "operatorEpochSharePrice":{"count":"x" | $.operatorEpochSharePrice.count | UNREADABLE
          ,800"                             | ,0"                                   | $.operatorEpochSharePrice.entries[0].value | UNREADABLE
          ,800"                             | ,1000000000000000001"                 | $.operatorEpochSharePrice.entries[0].value | UNREADABLE
          ,800"                             | ,99.99%"                              | $.operatorEpochSharePrice.entries[0].value | UNREADABLE
          ,800"                             | "                                     | $.operatorEpochSharePrice.entries[0].value | UNREADABLE
          "accumulatedTreasuryFunds":"7",   | ``                                    | $.accumulatedTreasuryFunds | MISSING
          "endBlock":1600,                  | ``                                    | $.endBlock | MISSING
          nominationTax\\":5                | nominationTax\\":101                   | $.operators.entries[0].value.nominationTax | UNREADABLE
          "deposits":{"count":0,"entries":[]} | "deposits":[]                       | $.deposits | UNREADABLE
          """)
  void every_damage_is_reported_once_with_its_path(
      String whole, String damaged, String path, String kind) throws Exception {
    var document =
        new DocumentText(5)
            .operator(0, "3000", "2000")
            .operator(1, "4000", "4000")
            .price(0, 4, "800")
            .toString();
    assertThat(document).contains(whole);

    imported(document.replaceFirst(Pattern.quote(whole), Matcher.quoteReplacement(damaged)));

    assertThat(tables.lines("select json_path, kind from epoch_issues"))
        .containsExactly(path + " " + kind);
    assertThat(tables.lines("select stake_raw from operator_shares where operator_id = 1"))
        .containsExactly("4000");
  }

  @Test
  void a_summary_that_is_a_string_is_unknown_not_zero() throws Exception {
    var document = new DocumentText(5).operator(0, "3000", "2000").toString();

    imported(
        document.replaceFirst(
            "\"domainStakingSummary\":\\{[^}]*}[^}]*}[^}]*}",
            "\"domainStakingSummary\":\"RPC failed\""));

    assertThat(tables.lines("select json_path, kind, raw from epoch_issues"))
        .containsExactly("$.domainStakingSummary UNREADABLE RPC failed");
    assertThat(tables.lines("select total_stake, rewards, total_shares from epochs"))
        .containsExactly("- - 2000");
    assertThat(tables.lines("select operator_stakes, rewards from epoch_dictionaries"))
        .containsExactly("- -");
  }

  @Test
  void records_of_other_domains_are_counted_but_not_stored() throws Exception {
    imported(
        new DocumentText(5)
            .operator(0, "3000", "2000")
            .entry(DocumentText.operatorKey(1), DocumentText.fields(1, "9", "9"))
            .price(0, 4, "800")
            .price(0, 1, 4, "900"));

    assertThat(tables.lines("select other_domain_records, operator_count from epochs"))
        .containsExactly("2 2");
    assertThat(
            tables.lines(
                "select epoch, operator_id, share_price_perq from operator_share_prices order by"
                    + " 1"))
        .containsExactly("4 0 800", "5 0 -");
  }

  @Test
  void an_operator_id_too_large_for_the_tables_is_reported() throws Exception {
    imported(
        new DocumentText(5)
            .operator(0, "3000", "2000")
            .entry(DocumentText.operatorKey(1_099_511_627_776L), DocumentText.fields(0, "9", "9")));

    assertThat(tables.lines("select json_path, reason from epoch_issues"))
        .containsExactly(
            "$.operators.entries[1].value an operator id beyond 2^31-1: 1099511627776");
  }

  @Test
  void of_duplicates_the_first_counts() throws Exception {
    imported(
        new DocumentText(5)
            .operator(0, "3000", "2000")
            .operator(0, "5000", "2000")
            .price(0, 4, "800")
            .price(0, 4, "900"));

    assertThat(
            tables.lines(
                "select json_path, kind from epoch_issues where kind = 'DUPLICATE' order by 1"))
        .containsExactly(
            "$.operatorEpochSharePrice.entries[1].value DUPLICATE",
            "$.operators.entries[1].value DUPLICATE");
    assertThat(
            tables.lines(
                "select stake_raw, share_price_perq from operator_shares, operator_share_prices"
                    + " where operator_share_prices.epoch = 4"))
        .containsExactly("3000 800");
  }

  @Test
  void lines_arrays_and_single_documents_are_read_compressed_or_not() throws Exception {
    var one = new DocumentText(1).operator(0, "3000", "2000").toString();
    var two = new DocumentText(2).operator(0, "3000", "2000").toString();
    var rows =
        "{\"epoch\":1,\"data\":%s}\n\n{\"epoch\":2,\"data\":%s}\n".formatted(one, quoted(two));
    var spread = ("[" + one + ",\n" + two + "]").replace(",\"", ",\n  \"");

    for (var text : List.of(one + "\n" + two, rows, spread, "[" + one + "," + two + "]")) {
      try (var others = new EpochTables()) {
        var packed = directory.resolve("packed.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
          out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        var result = others.imported(packed);
        assertThat(result.inserted()).as(text).isEqualTo(2);
        assertThat(result.issues()).isZero();
        assertThat(others.imported(file("plain", text)).present()).isEqualTo(2);
      }
    }
  }

  @Test
  void a_time_is_parsed_by_its_unit() throws Exception {
    var times =
        Map.of(
            "1756000000", "1756000000000",
            "\"1,756,000,000\"", "1756000000000",
            "1756000000123", "1756000000123",
            "1756000000123456", "1756000000123",
            "\"1756000000123456789\"", "1756000000123",
            "\"0x0198d9a84c7b\"", "1755998342267",
            "\"2025-08-24T01:46:40.123Z\"", "1756000000123",
            "\"2025-08-24T03:46:40.123456+02:00\"", "1756000000123");
    var given = List.copyOf(times.keySet());

    imported(documents(given));

    assertThat(tables.lines("select \"timestamp\" from epochs order by epoch"))
        .isEqualTo(given.stream().map(times::get).toList());
    assertThat(tables.lines("select * from epoch_issues")).isEmpty();
  }

  @Test
  void a_time_without_unit_or_in_the_future_is_reported_with_its_path() throws Exception {
    var given =
        List.of(
            "0",
            "200",
            "17560000000",
            "175600000012345",
            "1756000000123456789",
            "7258118400",
            "1756000000.5",
            "\"2025-08-24 01:46:40\"",
            "\"2025-08-24T01:46:40\"",
            "\"yesterday\"");

    imported(documents(given));

    assertThat(tables.lines("select distinct \"timestamp\" from epochs")).containsExactly("-");
    assertThat(tables.lines("select count(stake_raw) from operator_shares"))
        .containsExactly(Integer.toString(given.size()));
    var issues = tables.rows("select json_path, kind, raw from epoch_issues order by epoch");
    assertThat(issues)
        .isEqualTo(
            given.stream()
                .map(time -> List.of("$.timestamp", "UNREADABLE", time.replace("\"", "")))
                .toList());
    tables.reparsed();
    assertThat(tables.rows("select json_path, kind, raw from epoch_issues order by epoch"))
        .isEqualTo(issues);
  }

  /** One document for each time, with one operator. */
  private static Object[] documents(List<String> times) {
    var documents = new Object[times.size()];
    for (var epoch = 0; epoch < times.size(); epoch++) {
      documents[epoch] =
          new DocumentText(epoch).takenAt(times.get(epoch)).operator(0, "3000", "2000");
    }
    return documents;
  }

  @Test
  void a_status_has_one_spelling_and_activity_follows() throws Exception {
    var statuses =
        List.of(
            List.of("\"registered\"", "registered t"),
            List.of("\"Registered\"", "registered t"),
            List.of("\"REGISTERED\"", "registered t"),
            List.of("{\"registered\":null}", "registered t"),
            List.of("{\"Registered\":null}", "registered t"),
            List.of("{\"__kind\":\"Registered\"}", "registered t"),
            List.of("{\"type\":\"Registered\",\"value\":null}", "registered t"),
            List.of("{\"deactivated\":\"1,042\"}", "deactivated f"),
            List.of("{\"Deregistered\":{\"domainEpoch\":[0,5]}}", "deregistered f"),
            List.of("{\"value\":1042,\"__kind\":\"Deactivated\"}", "deactivated f"),
            List.of("\"PendingSlash\"", "pendingSlash f"),
            List.of("\"pending_slash\"", "pendingSlash f"),
            List.of("\"pendingslash\"", "pendingSlash f"),
            List.of("{\"NewInV9\":null}", "newInV9 f"));

    imported(withStatuses(statuses.stream().map(List::getFirst).toList()));

    assertThat(
            tables.lines("select status, is_active from operators_metadata order by operator_id"))
        .isEqualTo(statuses.stream().map(List::getLast).toList());
    assertThat(tables.lines("select * from epoch_issues")).isEmpty();
  }

  @Test
  void an_invalid_status_is_unknown_and_reported_with_its_path() throws Exception {
    var given =
        List.of(
            "{}",
            "{\"registered\":null,\"slashed\":null}",
            "[\"registered\"]",
            "\"\"",
            "\"{\"",
            "7",
            "{\"__kind\":7,\"value\":1}");

    imported(withStatuses(given));

    assertThat(tables.lines("select distinct status, is_active from operators_metadata"))
        .containsExactly("- -");
    var wanted = new ArrayList<List<String>>();
    for (var i = 0; i < given.size(); i++) {
      wanted.add(
          List.of(
              "$.operators.entries[%d].value.partialStatus".formatted(i),
              "UNREADABLE",
              given.get(i).replaceAll("^\"|\"$", "")));
    }
    assertThat(tables.rows("select json_path, kind, raw from epoch_issues order by json_path"))
        .isEqualTo(wanted);
    assertThat(imported(new DocumentText(4)).rows())
        .as(
            "quality, dictionaries and reward sums of epoch 4, reward sums of epoch 5, and no"
                + " operator that stays as it is")
        .isEqualTo(4);
  }

  private static Object withStatuses(List<String> statuses) {
    var document = new DocumentText(5);
    for (var i = 0; i < statuses.size(); i++) {
      document.entry(
          DocumentText.operatorKey(i),
          DocumentText.fields(0, "3000", "2000").replace("{\"registered\":null}", statuses.get(i)));
    }
    return document;
  }

  @Test
  void keys_and_hashes_have_one_spelling() throws Exception {
    imported(new DocumentText(5).operator(0, "3000", "2000").toString().replace("abab", "ABab"));

    assertThat(tables.lines("select end_hash, signing_key from epochs, operators_metadata"))
        .containsExactly("0x%1$s 0x%1$s".formatted("ab".repeat(32)));
  }

  @Test
  void values_that_the_tables_cannot_hold_lose_no_document() throws Exception {
    var huge = "0x" + "f".repeat(32);
    var strange =
        new DocumentText(5)
            .operator(0, "3000", "2000")
            .operator(1, "4000", "4000")
            .price(0, 4, "800")
            .toString()
            .replaceFirst(
                "\\{\"0\":\"3000\"",
                Matcher.quoteReplacement(
                    "{\"\\u0000\":1,\"\\ufffd\":1,\"%s\":1,\"9\":\"\\ud800\\u0000\",\"0\":\"3000\""
                        .formatted("x".repeat(9_000))))
            .replaceAll("(depositsInEpoch.{2}):0", "$1:\\\\\"" + huge + "\\\\\"")
            .replaceAll(
                "totalStorageFeeDeposit.{2}:25",
                Matcher.quoteReplacement("totalStorageFeeDeposit\\\":\\\"" + huge + "\\\""))
            .replace("\"endBlock\":1600", "\"endBlock\":\"" + huge + "\"")
            .replace("{\"registered\":null}", "\\\"Regi\\\\u0000stered\\\"")
            .replace("{\\\"registered\\\":null}", "\\\"Regi\\\\u0000stered\\\"");
    var result =
        imported(
            strange,
            new DocumentText(6).operator(0, "3000", "2000").price(0, 2_147_483_647, "800"),
            new DocumentText(7).operator(0, U128_MAX, "1").price(0, 7, "1"));

    assertThat(result.inserted()).isEqualTo(3);
    assertThat(tables.lines("select epoch, end_block, active_stake, storage_fees from epochs"))
        .containsExactly("5 - - -", "6 1720 3000 25", "7 1840 " + U128_MAX + " 25");
    assertThat(
            tables.lines(
                "select epoch, kind, count(*) from epoch_issues group by 1, 2 order by 1, 2"))
        .containsExactly("5 MISMATCH 1", "5 UNREADABLE 7", "6 UNREADABLE 1");
  }

  @Test
  void a_source_that_breaks_midway_fails_with_its_position_and_earlier_documents_stay()
      throws Exception {
    var documents = new Object[250];
    Arrays.setAll(documents, DocumentText::new);
    var whole = lines(documents).getBytes(StandardCharsets.UTF_8);
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(whole);
    }
    var cut = Arrays.copyOf(packed.toByteArray(), packed.size() * 9 / 10);
    var damaged = packed.toByteArray();
    Arrays.fill(damaged, damaged.length * 9 / 10, damaged.length * 9 / 10 + 200, (byte) 0x55);
    var array = "[" + lines(documents).replace("\n", ",\n") + "]";

    for (var source :
        List.of(
            Files.write(directory.resolve("cut.jsonl.gz"), cut),
            Files.write(directory.resolve("damaged.jsonl.gz"), damaged),
            file("cut.json", array.substring(0, array.length() * 9 / 10)),
            file("odd.json", array.replace("{\"epoch\":230", "?{\"epoch\":230")))) {
      try (var others = new EpochTables()) {
        assertThatThrownBy(() -> others.imported(source))
            .as("%s", source)
            .isInstanceOf(SourceFailed.class)
            .hasMessageMatching(
                "Cannot read \\Q%s\\E after document 2[0-9]{2}: .+; earlier documents are stored"
                    .formatted(source));
        assertThat(others.lines("select count(*) between 200 and 249 from epochs"))
            .containsExactly("t");
      }
    }
  }

  /** The reader fails at once; the writer must still receive the failure. */
  @Test
  void no_failure_of_a_source_is_lost() {
    for (var attempt = 0; attempt < 50; attempt++) {
      assertThatThrownBy(
              () ->
                  tables.imported(
                      new TableSource(
                          "gone",
                          () -> {
                            throw new SQLException("it is gone");
                          },
                          Set.of())))
          .isInstanceOf(SourceFailed.class)
          .hasMessage("Cannot read gone: it is gone");
    }
  }

  @Test
  void a_source_database_that_fails_midway_is_reported() throws Exception {
    var source = TestPostgres.fresh("events");
    var documents = new Object[800];
    Arrays.setAll(documents, DocumentText::new);
    try (var connection = source.connect()) {
      fill(connection, "jsonb", documents);
      EpochImportProgress goingAway =
          (taken, part) -> {
            try {
              connection
                  .createStatement()
                  .execute(
                      "select pg_terminate_backend(pid) from pg_stat_activity"
                          + " where datname = current_database() and pid <> pg_backend_pid()");
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          };

      assertThatThrownBy(() -> tables.imported(TableSource.postgres(source), goingAway))
          .isInstanceOf(SourceFailed.class)
          .hasMessageMatching("Cannot read .+ after document [1-7][0-9]{2}: .+ are stored");
    }
    assertThat(tables.lines("select count(*) between 100 and 799 from epochs"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          empty.jsonl    | ``                     | it is empty; expected epoch documents as JSON
          empty.gz       | ``                     | it is empty; expected epoch documents as JSON
          blank.json     | ` `                    | it is empty; expected epoch documents as JSON
          plain.json.gz  | {"epoch":1}            | its name ends in .gz, but it is not gzip data: found "{"epoch":1}"
          list.csv       | epoch;stake            | found "epoch;stake"; expected epoch documents as JSON
          none.json      | []                     | it holds no document
          torn.json      | [{"epoch":1            | not JSON: Unexpected end-of-input
          """)
  void a_file_of_another_format_is_rejected_with_what_was_found(
      String name, String text, String reason) throws Exception {
    var file = file(name, text == null ? "" : text);

    assertThatThrownBy(() -> tables.imported(DocumentSource.of(file.toString())))
        .isInstanceOf(SourceFailed.class)
        .hasMessageStartingWith("Cannot read " + file + ": " + reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_source_that_cannot_be_opened_is_rejected_by_name() throws Exception {
    var latin = directory.resolve("latin.json");
    Files.write(latin, "[\n{\"epoch\":\"\u00e9\"}]".getBytes(StandardCharsets.ISO_8859_1));
    var wide = directory.resolve("wide.json");
    Files.write(wide, "{\"epoch\":1}".getBytes(StandardCharsets.UTF_16));
    var packed = Files.write(directory.resolve("packed.json"), new byte[] {0x1f, (byte) 0x8b, 8});
    var sqlite = directory.resolve("other.db");
    var narrow = directory.resolve("narrow.db");
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + sqlite);
        var fewer = DriverManager.getConnection("jdbc:sqlite:" + narrow)) {
      other.createStatement().execute("create table operators (epoch integer)");
      fewer
          .createStatement()
          .execute("create table epochs (epoch integer, end_block, end_hash, data)");
    }

    for (var expected :
        new TreeMap<>(
                Map.of(
                    directory,
                    "it is a directory; expected a file of epoch documents",
                    directory.resolve("none.json"),
                    "no such file",
                    latin,
                    "not UTF-8: Invalid UTF-8",
                    wide,
                    "found UTF-16; expected",
                    packed,
                    "found gzip data in a file whose name does not end in .gz",
                    sqlite,
                    "[SQLITE_ERROR] SQL error or missing database (no such table: epochs); expected"
                        + " the table epochs with",
                    narrow,
                    "[SQLITE_ERROR] SQL error or missing database (no such column:"
                        + " epochs.timestamp); expected the table epochs with"))
            .entrySet()) {
      assertThatThrownBy(() -> tables.imported(DocumentSource.of(expected.getKey().toString())))
          .hasMessageStartingWith(
              "Cannot read %s: %s".formatted(expected.getKey(), expected.getValue()))
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void a_byte_order_mark_is_skipped_and_a_damaged_first_line_stops_no_other() throws Exception {
    var one = new DocumentText(1).operator(0, "3000", "2000").toString();
    var two = new DocumentText(2).operator(0, "3000", "2000").toString();

    for (var text : List.of("\ufeff" + one + "\n" + two, "\ufeff[" + one + "," + two + "]")) {
      try (var others = new EpochTables()) {
        var result = others.imported(file("marked.json", text));
        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.rejected() + result.issues()).isZero();
        assertThat(documentsOf(others)).containsExactly(tree(one), tree(two));
      }
    }
    var damaged = tables.imported(file("damaged.jsonl", "oops\n" + one + "\noops\n" + two));
    assertThat(damaged.inserted()).isEqualTo(2);
    assertThat(damaged.rejected()).isEqualTo(2);
  }

  @Test
  void a_document_that_is_not_json_or_has_no_epoch_stops_no_other() throws Exception {
    var text =
        new DocumentText(1).operator(0, "3000", "2000")
            + "\n{\"epoch\": 2, \"endBl\n[]\n{\"endBlock\":5}\n"
            + new DocumentText(3).operator(0, "3000", "2000");

    var result = tables.imported(file("some.jsonl", text));

    assertThat(result.inserted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(3);
    assertThat(
            tables.lines(
                "select line, field, split_part(reason, ':', 1) from import_rejects order by 1"))
        .containsExactly("2 $ not JSON", "3 $ not a JSON object", "4 $.epoch absent");
  }

  @Test
  void tables_of_the_previous_loader_are_read_unchanged() throws Exception {
    var documents = history(5);
    var sqlite = directory.resolve("epochs.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + sqlite)) {
      fill(connection, "text", documents);
    }
    var source = TestPostgres.fresh("events");
    try (var connection = source.connect()) {
      fill(connection, "jsonb", documents);
    }
    imported(documents);
    var wanted =
        tables.whole().stream().map(line -> line.replaceAll(" \\\\x[0-9a-f]{64}$", "")).toList();

    for (var table : List.of(TableSource.sqlite(sqlite), TableSource.postgres(source))) {
      try (var others = new EpochTables()) {
        assertThat(others.imported(table).inserted()).isEqualTo(5);
        assertThat(
                others.whole().stream()
                    .map(line -> line.replaceAll(" \\\\x[0-9a-f]{64}$", ""))
                    .toList())
            .isEqualTo(wanted);
        assertThat(others.imported(table).rows()).isZero();
        assertThat(others.imported(file("same.jsonl", lines(documents))).present()).isEqualTo(5);
      }
    }
  }

  @Test
  void every_table_can_be_rebuilt_from_the_stored_documents() throws Exception {
    imported(history(30));
    var whole = tables.whole();
    for (var table :
        List.of(
            "operator_shares",
            "operator_share_prices",
            "epoch_dictionaries",
            "share_price_blocks",
            "epoch_quality",
            "epoch_reward_sums",
            "operators_metadata",
            "epoch_issues")) {
      tables.connection().createStatement().execute("delete from " + table);
    }

    tables.reparsed();

    assertThat(tables.whole()).isEqualTo(whole);
    assertThat(tables.reparsed().rows()).isZero();
    assertDocumentsComeBack(history(30));
  }

  @Test
  void a_database_of_another_domain_is_rejected() throws Exception {
    imported(new DocumentText(1));
    tables.connection().createStatement().execute("update epochs set domain_id = 3");

    assertThatThrownBy(() -> imported(new DocumentText(2)))
        .hasMessageContaining("holds epochs of domain 3");
  }

  @Test
  void parts_sum_to_the_whole() throws Exception {
    imported(history(40));

    assertThat(
            tables.lines(
                """
                select epoch from epochs
                where total_stake <> active_stake
                    or active_stake <> (select sum(active_stake_raw) from operator_shares where operator_shares.epoch = epochs.epoch)
                    or total_shares <> (select sum(shares_raw) from operator_shares where operator_shares.epoch = epochs.epoch)
                """))
        .isEmpty();
    assertThat(
            tables.lines(
                """
                select epoch, operator_id, stake_per_share_perq from operator_share_prices where stake_per_share_perq is not null
                except
                select first_epoch + place - 1, operator_id, value
                from share_price_blocks, unnest(stake_per_share) with ordinality as each (value, place)
                """))
        .isEmpty();
  }

  @Test
  void the_real_document_agrees_with_the_chains_own_relation() throws Exception {
    assumeData();
    var result = tables.imported(DATA.resolve("epoch-2647.json"));

    assertThat(result.issues() + result.rejected()).isZero();
    assertThat(
            tables.lines(
                "select operator_id, count(*) from chain_share_prices group by 1 order by 1"))
        .hasSize(2)
        .allMatch(line -> line.startsWith("0 ") || line.startsWith("1 "));
    assertThat(tables.lines("select count(*) from chain_share_prices")).containsExactly("2878");
    // the next document's stake and shares are known for prices of epoch 2646 only
    var related =
        tables.lines(
            """
            select div(1000000000000000000000000000000000000, recorded.share_price_perq) - held.stake_per_share_perq
            from operator_share_prices as recorded
            join operator_share_prices as held on held.epoch = recorded.epoch + 1 and held.operator_id = recorded.operator_id
            where held.stake_per_share_perq is not null and recorded.source = 'epochs_json'
            """);
    assertThat(related).isNotEmpty().allMatch(each -> each.equals("0") || each.equals("1"));
    assertThat(
            tables.lines(
                "select price_rises, shares_above_stake, price_mismatches, prices_unknown from"
                    + " epoch_quality where epoch = 2647"))
        .containsExactly("0 0 0 0");
    assertThat(documentsOf(tables))
        .containsExactly(tree(Files.readString(DATA.resolve("epoch-2647.json"))).get(0));
    System.out.printf(
        "epoch 2647: 2,878 prices of operators {0, 1}, %d related to stake and shares, document of"
            + " %,d bytes stored in %s%n",
        related.size(),
        Files.size(DATA.resolve("epoch-2647.json")),
        tables.lines("select length(data) from epochs"));
  }

  @Test
  void the_synthetic_documents_satisfy_the_invariants() throws Exception {
    assumeData();
    var result = tables.imported(DATA.resolve("synthetic_30x40_current_args.jsonl.gz"));

    assertThat(result.inserted()).isEqualTo(30);
    assertThat(result.issues()).isZero();
    assertThat(
            tables.lines(
                "select sum(price_rises), sum(shares_above_stake), sum(price_mismatches),"
                    + " sum(prices_unknown) from epoch_quality"))
        .containsExactly("0 0 0 0");
    assertThat(tables.lines("select count(*) from operator_shares")).containsExactly("719");
    assertThat(tables.lines("select epoch from epochs where active_stake <> total_stake"))
        .isEmpty();
  }

  @Test
  void in_damaged_documents_each_damage_is_reported_once_and_the_rest_is_stored() throws Exception {
    assumeData();
    var damaged = generated("damaged.jsonl", "0.5");
    var wanted = new TreeMap<String, Integer>();
    var shares = new ArrayList<String>();
    var lines = Files.readAllLines(damaged);
    for (var epoch = 0; epoch < lines.size(); epoch++) {
      var damage = damage(lines.get(epoch));
      if (damage != null) {
        wanted.put(epoch + " " + damage, 1);
      }
      shares.add(epoch + " " + (lines.get(epoch).split("currentTotalShares", -1).length - 1));
    }

    var given = tables.imported(damaged);

    var issues = new TreeMap<String, Integer>();
    tables
        .lines("select epoch, json_path from epoch_issues")
        .forEach(issue -> issues.merge(issue, 1, Integer::sum));
    assertThat(issues).isEqualTo(wanted);
    assertThat(given.issues()).isEqualTo(wanted.size());
    assertThat(
            tables.lines(
                """
                select epoch, count(shares_raw) from epochs left join operator_shares using (epoch)
                group by epoch order by epoch
                """))
        .isEqualTo(shares);
    System.out.printf(
        "damaged documents: %d of %d, each reported once, every other value stored%n",
        wanted.size(), lines.size());
  }

  /** The path that the generator damaged; null when it damaged none. */
  private static @Nullable String damage(String line) {
    if (line.contains("0xzz")) {
      return "$.operators.entries[0].value.signingKey";
    }
    if (line.contains("\"1,23,456\"")) {
      return "$.domainStakingSummary.currentTotalStake";
    }
    if (line.contains("\"domainStakingSummary\":null")) {
      return "$.domainStakingSummary";
    }
    if (!line.contains("\"operators\":{")) {
      return "$.operators";
    }
    if (!line.contains(
        "\"operatorEpochSharePrice\":{\"count\":"
            + (line.split("f16a4d49", -1).length - 1)
            + ",")) {
      return "$.operatorEpochSharePrice.count";
    }
    var operators = line.split("34a0a3fb", -1).length - 1;
    return operators == line.split("currentTotalShares", -1).length - 1
        ? null
        : "$.operators.entries[0].value";
  }

  private Path generated(String name, String dirty) throws IOException, InterruptedException {
    var file = directory.resolve(name);
    var process =
        new ProcessBuilder(
                "python3",
                DATA.resolve("gen_epochs.py").toString(),
                "--epochs",
                "60",
                "--operators",
                "30",
                "--join-power",
                "3",
                "--dirty",
                dirty,
                "-o",
                file.toString())
            .inheritIO()
            .start();
    assumeTrue(process.waitFor() == 0, "SKIPPED: no python3 to make documents");
    return file;
  }

  /**
   * Documents of an operator whose stake grows each epoch and of one whose stake grows every third.
   */
  private static Object[] history(int epochs) {
    var documents = new Object[epochs];
    for (var epoch = 0; epoch < epochs; epoch++) {
      var document =
          new DocumentText(epoch)
              .operator(0, Long.toString(10_000 + 10L * epoch), "10000")
              .operator(300, Long.toString(5_000 + epoch / 3), "5000")
              .reward(0, Integer.toString(epoch + 1));
      for (var operator : List.of(0, 300)) {
        for (var each = 0; each < epoch; each++) {
          document.price(
              operator, each, Long.toString(1_000_000_000_000_000_000L - (operator + 1L) * each));
        }
      }
      documents[epoch] = document;
    }
    return documents;
  }

  private void fill(Connection connection, String type, Object... documents) throws SQLException {
    connection
        .createStatement()
        .execute(
            "create table epochs (epoch integer, end_block bigint, end_hash text, \"timestamp\""
                + " bigint, data "
                + type
                + ")");
    try (var insert =
        connection.prepareStatement(
            "insert into epochs values (?, ?, ?, ?, "
                + (type.equals("jsonb") ? "?::jsonb" : "?")
                + ")")) {
      for (var epoch = 0; epoch < documents.length; epoch++) {
        insert.setInt(1, epoch);
        insert.setLong(2, 1_000 + 120L * epoch);
        insert.setString(3, "0x" + "ab".repeat(32));
        insert.setLong(4, 1_756_000_000_000L + epoch);
        insert.setString(5, documents[epoch].toString());
        insert.executeUpdate();
      }
    }
  }

  private EpochImportResult imported(Object... documents) throws IOException, SQLException {
    return tables.imported(file("documents.jsonl", lines(documents)));
  }

  private static String lines(Object... documents) {
    return String.join("\n", Arrays.stream(documents).map(Object::toString).toList());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private void assertDocumentsComeBack(Object... documents) throws Exception {
    var wanted = new ArrayList<JsonNode>();
    for (var document : documents) {
      wanted.add(tree(document.toString()));
    }
    assertThat(documentsOf(tables)).isEqualTo(wanted);
  }

  private static List<JsonNode> documentsOf(EpochTables tables) throws Exception {
    var stored = new StoredDocuments(tables.connection());
    var documents = new ArrayList<JsonNode>();
    for (var row : stored.rows(stored.epochs())) {
      documents.add(tree(new String(row, StandardCharsets.UTF_8)).get("data"));
    }
    return documents;
  }

  private static JsonNode tree(String text) throws IOException {
    try (var json = new JsonFactory().createParser(text)) {
      return JsonNodeTreeCodec.getInstance().readTree(json);
    }
  }

  private static void assumeData() {
    if (!Files.isDirectory(DATA)) {
      System.out.println("SKIPPED: the real documents are missing: " + DATA);
    }
    assumeTrue(Files.isDirectory(DATA), "SKIPPED: no " + DATA);
  }
}
