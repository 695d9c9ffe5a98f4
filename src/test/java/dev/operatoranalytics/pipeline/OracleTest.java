package dev.operatoranalytics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.pipeline.oracle.Log;
import dev.operatoranalytics.pipeline.oracle.Oracle;
import dev.operatoranalytics.pipeline.oracle.Rows;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares the state computed by SQL with a simple fold of the same logs. */
@Tag("slow")
class OracleTest {
  private static final Path PREPROD =
      Path.of("../shared/data/eigenlayer/preprod_allocation_manager_events.jsonl");
  private static final BigInteger WAD = BigInteger.TEN.pow(18);
  private static final int BLOCKS = 20;

  @Test
  void the_state_of_preprod_equals_the_fold_at_the_head_and_earlier_blocks() throws Exception {
    assumePreprod();
    var logs = Files.readAllLines(PREPROD).stream().map(Log::parse).toList();
    try (var tables = new RealTables()) {
      assertThat(tables.importEvents(PREPROD).rejected()).isZero();
      tables.update();
      var head = horizon(logs, blocks(logs).getLast());
      var oracle = new Oracle(logs, head);
      assertThat(Rows.held(tables::rows).tables()).isEqualTo(oracle.rows().tables());

      var busy = busyOperators(logs, head);
      var compared = oracle.rows().count();
      for (var block : blocks(logs)) {
        var horizon = horizon(logs, block);
        tables.tables().rebuild(horizon, busy);
        var expected = new Oracle(logs, horizon).rows().ofOperators(busy);
        assertThat(Rows.held(tables::rows).ofOperators(busy).tables())
            .as("block " + block)
            .isEqualTo(expected.tables());
        compared += expected.count();
      }
      System.out.printf(
          "preprod: %d operators at the head, the %d busy ones at %d blocks, %d rows as the fold"
              + " has them%n",
          oracle.operators().size(), busy.size(), BLOCKS, compared);
    }
  }

  @Test
  void each_slash_of_preprod_took_the_decrease_of_its_maximum() throws Exception {
    assumePreprod();
    var logs = Files.readAllLines(PREPROD).stream().map(Log::parse).toList();
    var slashes = new Oracle(logs, horizon(logs, blocks(logs).getLast())).slashes();

    assertThat(slashes).isNotEmpty();
    for (var slash : slashes) {
      var fall = slash.maximumBefore().subtract(slash.maximumAfter());
      assertThat(slash.wad())
          .as(slash.toString())
          .isEqualTo(fall.multiply(WAD).divide(slash.maximumBefore()));
    }
  }

  /** Operators that did more than set a delay; most of preprod only did that. */
  private static Set<String> busyOperators(List<Log> logs, RebuildBounds head) {
    var more = logs.stream().filter(log -> !log.event().equals("AllocationDelaySet")).toList();
    return Set.copyOf(new Oracle(more, head).operators());
  }

  /** Blocks evenly spread over the history; the last one is its head. */
  private static List<Long> blocks(List<Log> logs) {
    var all = logs.stream().map(Log::block).distinct().sorted().toList();
    return IntStream.rangeClosed(1, BLOCKS)
        .mapToObj(i -> all.get(i * (all.size() - 1) / BLOCKS))
        .toList();
  }

  private static RebuildBounds horizon(List<Log> logs, long block) {
    var time =
        logs.stream().filter(log -> log.block() <= block).mapToLong(Log::time).max().orElseThrow();
    return Tables.horizon(block, Instant.ofEpochSecond(time));
  }

  private static void assumePreprod() {
    if (!Files.isReadable(PREPROD)) {
      System.out.println("SKIPPED: the logs of preprod are not at hand in " + PREPROD);
    }
    assumeTrue(Files.isReadable(PREPROD), "SKIPPED: no " + PREPROD);
  }
}
