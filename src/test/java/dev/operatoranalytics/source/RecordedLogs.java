package dev.operatoranalytics.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Logs of the protocol's real contracts, as a node returned them. */
final class RecordedLogs {
  static final Path CHAIN = Path.of("../shared/data/chain");

  static List<RawLog> read() throws IOException {
    assumeTrue(Files.exists(CHAIN), "skipped: there is no " + CHAIN);
    try (var file = new GZIPInputStream(Files.newInputStream(CHAIN.resolve("raw-logs.json.gz")));
        var parser = new JsonFactory().createParser(file)) {
      var logs = new ArrayList<RawLog>();
      for (var log : JsonNodeTreeCodec.getInstance().readTree(parser).values()) {
        logs.add(log(log));
      }
      return logs;
    }
  }

  private static RawLog log(JsonNode log) {
    var topics = new ArrayList<String>();
    log.get("topics").values().forEach(topic -> topics.add(topic.getStringValue()));
    return new RawLog(
        log.get("address").getStringValue(),
        topics,
        log.get("data").getStringValue(),
        number(log, "blockNumber"),
        log.get("blockHash").getStringValue(),
        number(log, "blockTimestamp"),
        log.get("transactionHash").getStringValue(),
        number(log, "transactionIndex"),
        number(log, "logIndex"));
  }

  private static long number(JsonNode log, String name) {
    return Long.decode(log.get(name).getStringValue());
  }

  private RecordedLogs() {}
}
