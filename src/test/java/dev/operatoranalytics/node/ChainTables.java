package dev.operatoranalytics.node;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.event.EventKind;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.pipeline.Tables;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Both databases, with the chain in them. */
final class ChainTables implements AutoCloseable {
  private static final String LOGS =
      EventKinds.STORED.stream()
          .map(EventKind::table)
          .distinct()
          .map(
              table ->
                  "select '%1$s ' || (to_jsonb(held) - 'created_at' - 'updated_at')::text from %1$s as held"
                      .formatted(table))
          .collect(joining(" union all ", "", " order by 1"));

  private final Tables tables = new Tables();
  private final Network network;

  ChainTables(Network network) {
    this.network = network;
  }

  Tables tables() {
    return tables;
  }

  static ChainSettings settings(String url, String horizon, int maxBlocks) {
    return new ChainSettings(
        url,
        "test",
        horizon,
        Duration.ofMillis(100),
        3,
        100_000,
        100,
        Duration.ofSeconds(20),
        2,
        maxBlocks,
        8,
        1);
  }

  ChainReading reading(String url, String horizon, int maxBlocks) throws SQLException {
    return new ChainReading(
        settings(url, horizon, maxBlocks),
        network,
        tables.eventsUrl(),
        tables.stateUrl(),
        Clock.systemUTC(),
        null);
  }

  /** Returns all rows after reading the chain from its first block into empty databases. */
  static List<List<String>> readCleanly(Network network, String url, String horizon)
      throws SQLException {
    try (var clean = new ChainTables(network)) {
      clean.readAll(url, horizon, 10_000);
      return clean.logs();
    }
  }

  void readAll(String url, String horizon, int maxBlocks) throws SQLException {
    try (var reading = reading(url, horizon, maxBlocks)) {
      reading.readHistory(null, (blocks, of, logs) -> {});
      reading.follow();
    }
  }

  /** Returns every row of every kind, without its creation time. */
  List<List<String>> logs() {
    return tables.eventRows(LOGS);
  }

  @Override
  public void close() throws SQLException {
    tables.close();
  }
}
