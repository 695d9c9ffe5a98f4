package dev.operatoranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.pipeline.RealTables;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports real logs of mainnet and preprod, if they exist. */
@Tag("slow")
class RealDataTest {
  private static final Path DATA = Path.of("../shared/data/eigenlayer");

  @TempDir private Path directory;

  @Test
  void mainnet_of_october_2024_agrees_to_the_unit() throws Exception {
    assumeData();
    var logs = directory.resolve("mainnet.jsonl.gz");
    var generator =
        new ProcessBuilder(
                "python3",
                DATA.resolve("mainnet_logs.py").toString(),
                "--stakers",
                "real",
                "-o",
                logs.toString())
            .inheritIO();
    assumeTrue(succeeds(generator), "SKIPPED: no python3 to make the mainnet logs");
    try (var tables = new RealTables()) {
      assertThat(tables.importEvents(logs).rejected()).isZero();
      tables.importStrategies(DATA.resolve("mainnet_strategies.csv"));
      tables.importPrices(DATA.resolve("prices.csv"));
      tables.update();

      var wanted = new TreeMap<String, BigInteger>();
      for (var row : csv("mainnet_operator_strategy_shares_2024-10.csv")) {
        wanted.put(
            lower(row, "operator") + " " + lower(row, "strategy"),
            new BigInteger(row.get("shares")));
      }
      var held = new TreeMap<String, BigInteger>();
      for (var row :
          tables.rows("select operator_id, strategy_id, shares from operator_strategy_state")) {
        held.put(row.get(0) + " " + row.get(1), new BigInteger(row.get(2)));
      }
      assertThat(held).isEqualTo(wanted);
      assertThat(
              tables.rows(
                  "select sum(delegated_stakers), sum(active_delegators) from operator_state"))
          .containsExactly(List.of("155164", "153514"));
      assertThat(
              tables.rows(
                  "select count(*) from strategy_state where tvs_usd is null and total_shares > 0"))
          .containsExactly(List.of("2"));
      assertThat(
              tables.rows(
                  "select operator_id, total_tvs from operator_state order by total_tvs desc nulls"
                      + " last limit 5"))
          .isEqualTo(largestFromTheFiles(wanted));
      System.out.printf(
          "mainnet 2024-10: %d (operator, strategy) totals equal to the unit, 155,164 delegations,"
              + " 2 strategies unpriced, top 5 by TVS %s%n",
          held.size(), largestFromTheFiles(wanted));
    }
  }

  @Test
  void preprod_agrees_with_its_golden_magnitudes() throws Exception {
    assumeData();
    var logs = DATA.resolve("preprod_allocation_manager_events.jsonl");
    try (var tables = new RealTables()) {
      assertThat(tables.importEvents(logs).rejected()).isZero();
      var again = tables.importEvents(logs);
      assertThat(again.inserted()).isZero();
      assertThat(again.rejected()).isZero();
      tables.update();

      var golden = new TreeMap<String, List<String>>();
      for (var row : csv("GOLDEN_preprod_operator_strategy.csv")) {
        golden.put(
            row.get("operator") + " " + row.get("strategy"),
            List.of(
                row.get("max_magnitude"),
                row.get("encumbered_last_event"),
                row.get("encumbered_effective"),
                row.get("allocatable")));
      }
      var held = new TreeMap<String, List<String>>();
      for (var row :
          tables.rows(
              """
              select operator_id, strategy_id, max_magnitude, last_encumbered_magnitude,
                  encumbered_magnitude, allocatable_magnitude
              from operator_strategy_state
              join operator_strategy_magnitudes using (operator_id, strategy_id, max_magnitude)
              """)) {
        held.put(row.get(0) + " " + row.get(1), row.subList(2, 6));
      }
      assertThat(held).isEqualTo(golden);
      System.out.printf(
          "preprod: %d (operator, strategy) rows equal to the golden file, maximum, last and"
              + " effective encumbered magnitude%n",
          held.size());
    }
  }

  private static List<List<String>> largestFromTheFiles(Map<String, BigInteger> shares)
      throws IOException {
    var prices = new HashMap<String, BigDecimal>();
    for (var row : csv("prices.csv")) {
      prices.put(row.get("token"), new BigDecimal(row.get("price_usd")));
    }
    var unit = new HashMap<String, BigDecimal>();
    for (var row : csv("mainnet_strategies.csv")) {
      var price = prices.get(row.get("underlying_token"));
      if (price != null) {
        unit.put(row.get("strategy"), price.movePointLeft(Integer.parseInt(row.get("decimals"))));
      }
    }
    var totals = new HashMap<String, BigDecimal>();
    shares.forEach(
        (key, amount) -> {
          var parts = key.split(" ");
          var price = unit.get(parts[1]);
          if (price != null) {
            var usd =
                new BigDecimal(amount).multiply(price).setScale(18, java.math.RoundingMode.HALF_UP);
            totals.merge(parts[0], usd, BigDecimal::add);
          }
        });
    var largest = new ArrayList<>(totals.entrySet());
    largest.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    return largest.subList(0, 5).stream()
        .map(entry -> List.of(entry.getKey(), entry.getValue().toPlainString()))
        .toList();
  }

  private static void assumeData() {
    if (!Files.isDirectory(DATA)) {
      System.out.println("SKIPPED: the real data is missing: " + DATA);
    }
    assumeTrue(Files.isDirectory(DATA), "SKIPPED: no " + DATA);
  }

  private static boolean succeeds(ProcessBuilder process) throws InterruptedException {
    try {
      return process.start().waitFor() == 0;
    } catch (IOException e) {
      System.out.println("SKIPPED: " + e.getMessage());
      return false;
    }
  }

  private static List<CSVRecord> csv(String name) throws IOException {
    try (var reader = Files.newBufferedReader(DATA.resolve(name));
        var rows =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader)) {
      return rows.getRecords();
    }
  }

  private static String lower(CSVRecord row, String column) {
    return row.get(column).toLowerCase(java.util.Locale.ROOT);
  }
}
