package dev.operatoranalytics.source;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.esaulpaugh.headlong.abi.Address;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.TestPostgres;
import dev.operatoranalytics.event.Argument;
import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.event.EventSignature;
import dev.operatoranalytics.network.Network;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of a node make the same rows as the same logs decoded by others. */
class LogDecoderTest {
  private static final long BLOCK_TIME = 1_750_000_000L;
  private static final String ELSEWHERE = "0x" + "5e".repeat(20);

  @TempDir private Path directory;

  @Test
  void recorded_logs_of_a_node_make_the_same_rows_as_decoded_lines() throws Exception {
    var logs = RecordedLogs.read();
    var network = Network.read(RecordedLogs.CHAIN.resolve("network.yml"));
    var decoded = TestPostgres.fresh("events");
    var imported = TestPostgres.fresh("events");

    var result = importLines(imported, RecordedLogs.CHAIN.resolve("events.jsonl.gz"));
    var rest = store(decoded, new LogDecoder(network, Clock.systemUTC()), logs);

    assertThat(result.rejected()).isZero();
    assertThat(result.withoutEffect()).isEmpty();
    assertThat(rest).as("topics without a table").hasSize((int) (logs.size() - result.inserted()));
    assertThat(rest).allSatisfy(log -> assertThat(log).isInstanceOf(Decoded.Unknown.class));
    same(tables(decoded), tables(imported));
  }

  @Test
  void every_signature_of_every_kind_makes_the_same_row_both_ways() throws Exception {
    var network = Network.of("mainnet");
    var random = new Random(20_261_128);
    var logs = new ArrayList<RawLog>();
    var lines = new ArrayList<String>();
    var withoutEffect = 0;
    for (var kind : EventKinds.ALL) {
      for (var contract : kind.contracts()) {
        for (var signature : kind.signatures()) {
          for (var i = 0; i < 3; i++) {
            var values = values(random, signature.arguments(), kind);
            var log = log(network, contract, signature, values, logs.size());
            logs.add(log);
            lines.add(line(kind.name(), log, json(signature.arguments(), values)));
            withoutEffect += kind.isStored() ? 0 : 1;
          }
        }
      }
    }
    var file = directory.resolve("logs.jsonl");
    Files.write(file, lines);
    var decoded = TestPostgres.fresh("events");
    var imported = TestPostgres.fresh("events");

    var result = importLines(imported, file);
    var rest = store(decoded, new LogDecoder(network, Clock.systemUTC()), logs);

    assertThat(result.rejected()).isZero();
    assertThat(result.unknown()).isEmpty();
    assertThat(result.inserted()).isEqualTo(lines.size() - withoutEffect);
    assertThat(rest).hasSize(withoutEffect);
    assertThat(rest).allSatisfy(log -> assertThat(log).isInstanceOf(Decoded.WithoutEffect.class));
    same(tables(decoded), tables(imported));
    assertThat(tables(decoded).keySet())
        .as("tables with rows")
        .containsAll(EventKinds.STORED.stream().map(EventKind::table).toList());
  }

  @Test
  void contract_and_topic_distinguish_events_of_one_name() throws Exception {
    var network = Network.of("mainnet");
    var decoder = new LogDecoder(network, Clock.systemUTC());
    var random = new Random(1);
    var queued =
        EventKinds.ALL.stream().filter(kind -> kind.name().equals("WithdrawalQueued")).toList();
    assertThat(queued).hasSize(2);

    for (var kind : queued) {
      var contract = kind.contracts().iterator().next();
      var other =
          contract == Contract.STRATEGY_MANAGER
              ? Contract.DELEGATION_MANAGER
              : Contract.STRATEGY_MANAGER;
      var signature = kind.signatures().getFirst();
      var values = values(random, signature.arguments(), kind);

      assertThat(decoder.decode(log(network, contract, signature, values, 1)))
          .isInstanceOf(kind.isStored() ? Decoded.DecodedRow.class : Decoded.WithoutEffect.class);
      assertThat(decoder.decode(log(network, other, signature, values, 1)))
          .isInstanceOf(Decoded.Unknown.class);
    }
  }

  @Test
  void invalid_logs_are_rejected_with_a_reason_and_do_not_stop_others() throws Exception {
    var network = Network.of("mainnet");
    var decoder = new LogDecoder(network, Clock.systemUTC());
    var random = new Random(2);
    var refused = new TreeMap<String, Integer>();
    for (var kind : EventKinds.STORED) {
      for (var signature : kind.signatures()) {
        var contract = kind.contracts().iterator().next();
        for (var i = 0; i < 40; i++) {
          var values = values(random, signature.arguments(), kind);
          var spoilt = spoilt(random, log(network, contract, signature, values, i));
          switch (decoder.decode(spoilt)) {
            case Decoded.Unreadable unreadable -> {
              assertThat(unreadable.reason()).isNotBlank();
              assertThat(unreadable.rejection("mainnet").toString())
                  .startsWith("mainnet block 20000000 transaction 0x");
              refused.merge(unreadable.field().replaceAll("\\[.*", ""), 1, Integer::sum);
            }
            case Decoded.DecodedRow _, Decoded.Unknown _, Decoded.WithoutEffect _ -> {}
          }
        }
      }
    }

    assertThat(refused).containsKeys("data", "topics", "topics, data", "tx_hash");
  }

  @Test
  void an_invalid_item_of_a_submission_is_rejected_with_its_place() throws Exception {
    var file = directory.resolve("submission.jsonl");
    Files.writeString(
        file,
        """
        {"event": "AVSRewardsSubmissionCreated", "tx_hash": "0x%064x", "log_index": 0, \
        "block_number": 20500000, "block_time": 1725000000, "data": {"avs": "0x%040x", \
        "submissionNonce": 1, "rewardsSubmissionHash": "0x%064x", "rewardsSubmission": \
        {"strategiesAndMultipliers": [{"strategy": "0x%040x", "multiplier": "1"}, \
        {"strategy": "0x%040x", "multiplier": "1.5"}], "token": "0x%040x", "amount": "7", \
        "startTimestamp": 1725148800, "duration": 86400}}}
        """
            .formatted(1, 2, 3, 4, 5, 6));
    var messages = new ArrayList<String>();

    try (var state = TestPostgres.fresh("analytics").connect()) {
      var result =
          new EventImport(
                  TestPostgres.fresh("events"),
                  state,
                  new RejectLog(state, messages::add),
                  Clock.systemUTC())
              .run(file, (lines, bytes) -> {});
      assertThat(result.rejected()).isEqualTo(1);
    }
    assertThat(String.join("\n", messages))
        .contains("data.rewardsSubmission.strategiesAndMultipliers[1].multiplier")
        .contains("not a whole number");
  }

  private static RawLog spoilt(Random random, RawLog log) {
    var topics = new ArrayList<>(log.topics());
    var data = log.data();
    var transaction = log.transactionHash();
    switch (random.nextInt(6)) {
      case 0 -> data = data.substring(0, 2 + random.nextInt(data.length() - 1));
      case 1 -> data += "00".repeat(1 + random.nextInt(64));
      case 2 -> {
        var at = 2 + random.nextInt(Math.max(1, data.length() - 2));
        data = at < data.length() ? data.substring(0, at) + "z" + data.substring(at + 1) : "0xz0";
      }
      case 3 -> {
        var bytes = HexFormat.of().parseHex(data.substring(2));
        for (var i = 0; i < 4 && bytes.length > 0; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        data = "0x" + HexFormat.of().formatHex(bytes);
      }
      case 4 -> {
        if (random.nextBoolean()) {
          topics.add("0x" + "11".repeat(32));
        } else {
          topics.set(topics.size() - 1, topics.getLast() + (topics.size() > 1 ? "1" : ""));
        }
      }
      default -> transaction = transaction.substring(0, 20);
    }
    return new RawLog(
        log.address(),
        topics,
        data,
        log.blockNumber(),
        log.blockHash(),
        log.blockTimestamp(),
        transaction,
        log.transactionIndex(),
        log.logIndex());
  }

  private EventImport.EventImportResult importLines(ConnectionUrl events, Path file)
      throws Exception {
    try (var state = TestPostgres.fresh("analytics").connect()) {
      return new EventImport(
              events, state, new RejectLog(state, System.out::println), Clock.systemUTC())
          .run(file, (lines, bytes) -> {});
    }
  }

  /** Writes the logs that have a table; returns the others. */
  private static List<Decoded> store(ConnectionUrl events, LogDecoder decoder, List<RawLog> logs)
      throws SQLException {
    var rows = new ArrayList<EventRow>();
    var rest = new ArrayList<Decoded>();
    for (var log : logs) {
      switch (decoder.decode(log)) {
        case Decoded.DecodedRow row -> rows.add(row.row());
        case Decoded other -> rest.add(other);
      }
    }
    try (var writer = new EventWriter(events)) {
      assertThat(writer.write("node", rows).inserted()).isEqualTo(rows.size());
    }
    return rest;
  }

  private static void same(Map<String, List<String>> decoded, Map<String, List<String>> imported) {
    assertThat(decoded.keySet()).isEqualTo(imported.keySet());
    imported.forEach(
        (table, rows) -> {
          var others = decoded.getOrDefault(table, List.of());
          assertThat(others).as(table).hasSameSizeAs(rows);
          for (var i = 0; i < rows.size(); i++) {
            assertThat(others.get(i)).as(table).isEqualTo(rows.get(i));
          }
        });
  }

  /** Returns all rows, without their creation time and without values that exporters omit. */
  private static Map<String, List<String>> tables(ConnectionUrl events) throws SQLException {
    var tables = new TreeMap<String, List<String>>();
    try (var connection = events.connect();
        var statement = connection.createStatement()) {
      for (var kind : EventKinds.STORED) {
        var rows = new ArrayList<String>();
        // the topic of the first release's Deposit does not show how it named the staker
        try (var row =
            statement.executeQuery(
                """
                select
                    to_jsonb(stored) - '{created_at,updated_at,raw_data}'::text [],
                    replace(raw_data::text, '"depositor"', '"staker"')::jsonb - '{block_hash,block_time}'::text [] as raw
                from %s as stored
                order by id
                """
                    .formatted(kind.table()))) {
          while (row.next()) {
            rows.add(row.getString(1) + " " + row.getString(2));
          }
        }
        if (!rows.isEmpty()) {
          tables.put(kind.table(), rows);
        }
      }
      var entities = new ArrayList<String>();
      try (var row =
          statement.executeQuery(
              """
              select 'operator ' || id from operators
              union select 'staker ' || id from stakers
              union select 'avs ' || id from avs
              union select 'strategy ' || id from strategies
              union select 'set ' || id from operator_sets
              union select 'pod ' || id from eigen_pods
              order by 1
              """)) {
        while (row.next()) {
          entities.add(row.getString(1));
        }
      }
      tables.put("entities", entities);
    }
    return tables;
  }

  private static String line(String event, RawLog log, String data) {
    return """
    {"event": "%s", "tx_hash": "%s", "log_index": %d, "block_number": %d, "block_time": %d, \
    "contract": "%s", "data": %s}\
    """
        .formatted(
            event,
            log.transactionHash(),
            log.logIndex(),
            log.blockNumber(),
            log.blockTimestamp(),
            log.address(),
            data);
  }

  private static RawLog log(
      Network network, Contract contract, EventSignature signature, List<Object> values, int id) {
    var topics = new ArrayList<>(List.of(signature.topic0()));
    var data = new ArrayList<Object>();
    for (var i = 0; i < values.size(); i++) {
      if (signature.arguments().get(i).isIndexed()) {
        var type = signature.abi().getInputs().get(i);
        topics.add(
            encoded(com.esaulpaugh.headlong.abi.TupleType.parse("(" + type + ")"), values.get(i)));
      } else {
        data.add(values.get(i));
      }
    }
    return new RawLog(
        network.address(contract).map(Object::toString).orElse(ELSEWHERE),
        topics,
        encoded(signature.abi().getNonIndexedParams(), data.toArray()),
        20_000_000,
        "0x" + "b1".repeat(32),
        BLOCK_TIME,
        "0x%064x".formatted(id + 1),
        0,
        id);
  }

  private static String encoded(
      com.esaulpaugh.headlong.abi.TupleType<Tuple> type, Object... values) {
    return "0x" + HexFormat.of().formatHex(type.encode(Tuple.from(values)).array());
  }

  private static List<Object> values(Random random, List<Argument> arguments, EventKind kind) {
    return new ArrayList<>(
        arguments.stream().map(argument -> value(random, argument, kind)).toList());
  }

  private static Object value(Random random, Argument argument, EventKind kind) {
    var type = argument.type();
    if (type.endsWith("[]")) {
      var item =
          new Argument(
              argument.name(), type.substring(0, type.length() - 2), false, argument.components());
      var items = new ArrayList<>();
      for (var i = random.nextInt(1, 4); i > 0; i--) {
        items.add(value(random, item, kind));
      }
      var array = Array.newInstance(items.getFirst().getClass(), items.size());
      for (var i = 0; i < items.size(); i++) {
        Array.set(array, i, items.get(i));
      }
      return array;
    }
    return switch (type) {
      case "" -> Tuple.from(values(random, argument.components(), kind).toArray());
      case "address" -> Address.wrap(Address.toChecksumAddress(new BigInteger(160, random)));
      case "bool" -> random.nextBoolean();
      case "bytes32" -> {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        yield bytes;
      }
      case "string" ->
          List.of("", "https://avs.example/\u00fc \"quoted\" \\ \n\t", "nul \0 end")
              .get(random.nextInt(3));
      case "uint8" -> argument.name().equals("status") ? random.nextInt(2) : random.nextInt(256);
      case "uint16" -> random.nextInt(10_001);
      case "uint32" -> random.nextLong(1L << 32);
      case "uint64" -> new BigInteger(64, random);
      case "uint96" -> new BigInteger(96, random);
      case "uint256" -> new BigInteger(256, random);
      case "int256" ->
          new BigInteger(255, random).multiply(BigInteger.valueOf(random.nextInt(2) * 2 - 1));
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static String json(List<Argument> arguments, List<Object> values) {
    var members = new ArrayList<String>();
    for (var i = 0; i < arguments.size(); i++) {
      members.add(
          "\"%s\": %s".formatted(arguments.get(i).name(), json(arguments.get(i), values.get(i))));
    }
    return "{" + String.join(", ", members) + "}";
  }

  private static String json(Argument argument, Object value) {
    return switch (value) {
      case Tuple struct -> json(argument.components(), List.of(struct.toArray()));
      case Address address -> '"' + address.toString().toLowerCase(java.util.Locale.ROOT) + '"';
      case byte[] bytes -> "\"0x" + HexFormat.of().formatHex(bytes) + '"';
      case Object[] items ->
          java.util.Arrays.stream(items)
              .map(item -> json(argument, item))
              .collect(joining(", ", "[", "]"));
      case String text ->
          '"'
              + text.replace("\\", "\\\\")
                  .replace("\"", "\\\"")
                  .replace("\n", "\\n")
                  .replace("\t", "\\t")
                  .replace("\0", "\\u0000")
              + '"';
      case Boolean truth -> truth.toString();
      default -> '"' + value.toString() + '"';
    };
  }
}
