package dev.operatoranalytics.event;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.event.EventSignature.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The declared kinds agree with what the contracts' published interfaces say, and with the tables.
 */
class EventKindsTest {
  private static final Path PROTOCOL = Path.of("../shared/data/protocol");
  private static final Path DATA_MODEL = Path.of("docs/data-model.md");
  private static final String TODAY = "eigenlayer-events-v1.12.tsv";
  private static final String HISTORY = "eigenlayer-mainnet-event-history.tsv";
  private static final String SLASHING_RELEASE = "22218956";

  /** A published event: one that a contract emits, by signature. */
  private record Published(String contract, String signature) {}

  @Test
  void every_signature_is_published_with_its_topic() throws Exception {
    var published = published();
    var topics = new TreeMap<String, String>();
    for (var kind : EventKinds.ALL) {
      for (var contract : kind.contracts()) {
        for (var signature : kind.signatures()) {
          var topic0 = published.get(new Published(published(contract), signature.canonical()));
          if (topic0 == null) {
            topics.put(signature.canonical(), signature.topic0());
          } else {
            assertThat(signature.topic0()).as(signature.canonical()).isEqualTo(topic0);
          }
        }
      }
    }

    // of a release that is younger than the published lists
    assertThat(topics)
        .containsExactly(
            Map.entry(
                "SlashResolutionBlockSet((address,uint32),uint256,uint32)",
                "0xa8fd1473d1b9b7b4c9033ecb92a0f6e43f107aec7720ede3709521d122f89fa5"));
  }

  @Test
  void indexed_arguments_and_their_names_are_the_published_ones() throws Exception {
    var indexed = new HashMap<Published, String>();
    for (var row : rows(TODAY)) {
      indexed.put(new Published(row.get(0), row.get(2)), row.get(4));
    }
    for (var row : rows(HISTORY)) {
      indexed.put(new Published(row.get(0), row.get(2)), row.get(6));
    }
    for (var kind : EventKinds.ALL) {
      for (var contract : kind.contracts()) {
        var signature = kind.signatures().getFirst();
        var names =
            signature.arguments().stream().filter(Argument::isIndexed).map(Argument::name).toList();
        assertThat(String.join(",", names))
            .as(signature.canonical())
            .isEqualTo(
                indexed.getOrDefault(
                    new Published(published(contract), signature.canonical()), ""));
      }
    }
  }

  @Test
  void releases_are_those_in_which_mainnet_emitted_a_signature() throws Exception {
    var today = new HashSet<Published>();
    for (var row : rows(TODAY)) {
      today.add(new Published(row.get(0), row.get(2)));
    }
    var lastBlock = new HashMap<Published, String>();
    for (var row : rows(HISTORY)) {
      lastBlock.put(new Published(row.get(0), row.get(2)), row.get(5));
    }
    for (var kind : EventKinds.ALL) {
      for (var contract : kind.contracts()) {
        for (var signature : kind.signatures()) {
          var key = new Published(published(contract), signature.canonical());
          if (signature.last() != Release.TODAY) {
            assertThat(today).as(signature.canonical()).doesNotContain(key);
            assertThat(signature.last() == Release.SLASHING)
                .as(signature.canonical())
                .isEqualTo(SLASHING_RELEASE.equals(lastBlock.get(key)));
          }
        }
      }
    }
  }

  @Test
  void every_old_signature_of_the_contracts_that_state_follows_from_is_known() throws Exception {
    var known = new HashSet<String>();
    EventKinds.ALL.forEach(
        kind -> kind.signatures().forEach(signature -> known.add(signature.canonical())));
    var today = new HashSet<String>();
    rows(TODAY).forEach(row -> today.add(row.get(2)));
    var unknown = new TreeSet<String>();
    for (var row : rows(HISTORY)) {
      if (!today.contains(row.get(2)) && !known.contains(row.get(2))) {
        unknown.add(row.get(2));
      }
    }

    // of how the contracts were run, not of stake
    assertThat(unknown)
        .containsExactlyInAnyOrder(
            "BeaconOracleUpdated(address)",
            "DenebForkTimestampUpdated(uint64)",
            "GlobalCommissionBipsSet(uint16,uint16)",
            "MaxPodsUpdated(uint256,uint256)",
            "MinWithdrawalDelayBlocksSet(uint256,uint256)",
            "OnDelegationReceivedCallFailure(address,bytes32)",
            "OnDelegationWithdrawnCallFailure(address,bytes32)",
            "PauserRegistrySet(address,address)",
            "RegisterAsOperator(address,address)",
            "StrategyWithdrawalDelayBlocksSet(address,uint256,uint256)",
            "UpdatedThirdPartyTransfersForbidden(address,bool)",
            "WithdrawalDelayBlocksSet(uint256,uint256)");
  }

  @Test
  void tables_have_the_declared_columns_and_types() throws Exception {
    try (var events = TestPostgres.fresh("events").connect();
        var columns =
            events.prepareStatement(
                """
                select column_name, coalesce(nullif(data_type, 'ARRAY'), substr(udt_name, 2) || '[]')
                from information_schema.columns
                where table_schema = current_schema() and table_name = ?
                """)) {
      for (var kind : EventKinds.STORED) {
        var held = new HashMap<String, String>();
        columns.setString(1, kind.table());
        try (var row = columns.executeQuery()) {
          while (row.next()) {
            held.put(row.getString(1), row.getString(2));
          }
        }
        for (var column : kind.columns()) {
          assertThat(held).as(kind.table()).containsEntry(column.name(), column.type().sqlType());
        }
        assertThat(held.keySet()).as(kind.table()).containsAll(kind.constants().keySet());
      }
    }
  }

  @Test
  void the_table_of_kinds_in_the_docs_is_the_declared_one() throws IOException {
    var documented =
        Files.readAllLines(DATA_MODEL).stream()
            .filter(line -> line.matches("\\| [A-Z]\\w+ \\| [A-Z].*"))
            .toList();
    var declared = EventKinds.ALL.stream().map(EventKindsTest::documented).toList();

    assertThat(documented)
        .as("the table in %s; it should be\n%s\n", DATA_MODEL, String.join("\n", declared))
        .isEqualTo(declared);
  }

  private static String documented(EventKind kind) {
    var columns = new ArrayList<String>();
    for (var column : kind.columns()) {
      columns.add(
          column.name()
              + " ← "
              + (column.isEmitter() ? "the contract" : String.join(" or ", column.paths())));
    }
    kind.constants().forEach((column, value) -> columns.add(column + " = " + value));
    var until = kind.signatures().getFirst().last();
    return "| %s | %s | %s | %s |"
        .formatted(
            kind.name(),
            kind.contracts().stream().map(Contract::contractName).sorted().collect(joining(", "))
                + (until == Release.TODAY ? "" : ", until " + until),
            kind.storedIn().orElse("no table: no effect on operators"),
            String.join(", ", columns));
  }

  private static String published(Contract contract) {
    return switch (contract) {
      case STRATEGY -> "StrategyBase";
      case DURATION_VAULT -> "DurationVaultStrategy";
      default -> contract.contractName();
    };
  }

  private static Map<Published, String> published() throws IOException {
    var published = new HashMap<Published, String>();
    for (var file : List.of(TODAY, HISTORY)) {
      rows(file).forEach(row -> published.put(new Published(row.get(0), row.get(2)), row.get(3)));
    }
    return published;
  }

  private static List<List<String>> rows(String file) throws IOException {
    assumeTrue(Files.exists(PROTOCOL), "skipped: there is no " + PROTOCOL);
    return Files.readAllLines(PROTOCOL.resolve(file)).stream()
        .skip(1)
        .map(line -> List.of(line.split("\t", -1)))
        .toList();
  }
}
