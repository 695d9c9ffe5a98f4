package dev.operatoranalytics.node;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.pipeline.StateUpdate;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/** Reads and follows a chain until it is killed. */
final class ReadingProcess {

  /**
   * @param arguments URLs of the node, of the events database and of the state database
   */
  public static void main(String[] arguments) throws SQLException {
    try (var reading =
        new ChainReading(
            ChainTables.settings(arguments[0], "latest", 2),
            AnvilChain.network(),
            ConnectionUrl.parse("events", arguments[1]),
            ConnectionUrl.parse("state", arguments[2]),
            Clock.systemUTC(),
            null)) {
      System.out.print('.');
      System.out.flush();
      reading.readHistory(null, (blocks, of, logs) -> {});
      while (true) {
        try {
          reading.follow();
        } catch (NodeFailure e) {
          // the chain changed during the round
        }
        StateUpdate.pause(Duration.ofMillis(20));
      }
    }
  }

  private ReadingProcess() {}
}
