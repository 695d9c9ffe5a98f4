package dev.operatoranalytics.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.pipeline.StateUpdate;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Reads a real node: no log is missing or stored twice after reorganisations, crashes and
 * takeovers.
 */
@Timeout(120)
@Tag("slow")
class ChainReadingTest {
  private static final String LATEST = "latest";

  @AutoClose private final AnvilChain chain = new AnvilChain(40);
  @AutoClose private final ChainTables tables = new ChainTables(AnvilChain.network());

  private String url() {
    return chain.anvil().url();
  }

  private void assertAsReadCleanly() throws Exception {
    var logs = tables.logs();
    assertThat(logs).isNotEmpty().isEqualTo(clean());
    assertThat(logs).doesNotHaveDuplicates();
  }

  private List<List<String>> clean() throws Exception {
    return ChainTables.readCleanly(AnvilChain.network(), url(), LATEST);
  }

  @Test
  void a_history_is_read_in_pieces_and_then_followed() throws Exception {
    for (var operator = 1; operator <= 30; operator++) {
      chain.comes(operator, 100 + operator);
      chain.anvil().mine(3);
    }
    chain.anvil().mine(80);
    try (var reading = tables.reading(url(), LATEST, 7)) {
      reading.readHistory(10L, (blocks, of, logs) -> {});
      assertThat(reading.readTo()).isEqualTo(10);
    }
    try (var reading = tables.reading(url(), LATEST, 3)) {
      reading.readHistory(11L, (blocks, of, logs) -> {});
      reading.readHistory(null, (blocks, of, logs) -> {});
      reading.follow();
      assertAsReadCleanly();
      chain.comes(31, 131);
      chain.anvil().mine(2);
      reading.follow();
    }

    assertAsReadCleanly();
    assertThat(tables.logs()).hasSize(93);
    assertThat(
            tables
                .tables()
                .eventRows("select read_to, horizon_block, reorganisations from chain_progress"))
        .containsExactly(
            List.of(Long.toString(chain.anvil().head()), Long.toString(chain.anvil().head()), "0"));
  }

  @Test
  void blocks_that_leave_the_chain_are_replaced_and_operators_of_both_versions_rebuilt()
      throws Exception {
    chain.anvil().mine(100);
    try (var reading = tables.reading(url(), LATEST, 1_000)) {
      reading.readHistory(null, (blocks, of, logs) -> {});
      var operator = 1;
      for (var depth : List.of(1, 3, 64)) {
        for (var i = 0; i < Math.min(depth, 8); i++) {
          chain.comes(operator++, 200);
        }
        chain.anvil().mine(depth);
        reading.follow();
        tables.tables().stateUpdate(50).follow((done, of) -> {});
        assertThat(operators()).contains(AnvilChain.address(operator - 1).value());

        chain.anvil().reorganise(Math.min(depth * 2, depth + 8));
        chain.comes(1_000 + depth, 201);
        var hasLeft = reading.follow();
        tables.tables().stateUpdate(50).follow((done, of) -> {});

        assertThat(hasLeft).isTrue();
        assertAsReadCleanly();
        assertThat(operators())
            .contains(AnvilChain.address(1_000 + depth).value())
            .doesNotContain(AnvilChain.address(operator - 1).value());
      }
    }
    assertThat(
            tables
                .tables()
                .eventRows("select reorganisations, deepest_reorganisation from chain_progress"))
        .containsExactly(List.of("3", "72"));
    assertThat(tables.tables().rows("select reorganisations from chain_source"))
        .containsExactly(List.of("3"));
  }

  private List<String> operators() {
    return tables.tables().rows("select operator_id from operator_state").stream()
        .map(List::getFirst)
        .toList();
  }

  @Test
  void rates_of_a_later_discovered_strategy_are_added_and_deleted_with_it() throws Exception {
    chain.rate(0x52, 1);
    chain.anvil().mine(1);
    chain.rate(0x53, 2);
    chain.anvil().mine(90);
    try (var reading = tables.reading(url(), LATEST, 5)) {
      reading.readHistory(null, (blocks, of, logs) -> {});
      reading.follow();
      assertThat(tables.logs()).isEmpty();

      chain.whitelists(0x52);
      chain.rate(0x52, 3);
      chain.anvil().mine(1);
      reading.follow();
      assertAsReadCleanly();
      assertThat(tables.logs()).hasSize(3);

      chain.anvil().reorganise(1);
      chain.whitelists(0x53);
      chain.anvil().mine(1);
      reading.follow();
      assertAsReadCleanly();
      assertThat(tables.logs()).hasSize(2);
    }
  }

  @Test
  void another_reader_continues_after_one_is_killed_at_any_point() throws Exception {
    var random = new Random(7);
    for (var operator = 1; operator <= 60; operator++) {
      chain.comes(operator, 300);
    }
    chain.anvil().mine(80);
    for (var time = 0; time < 4; time++) {
      var reader = process();
      for (var i = 0; i < 12 && reader.isAlive(); i++) {
        chain.comes(400 + 20L * time + i, 301);
        if (random.nextInt(4) == 0) {
          chain.anvil().reorganise(1 + random.nextInt(5));
          chain.anvil().mine(6);
        }
        TimeUnit.MILLISECONDS.sleep(60 + random.nextInt(120));
      }
      assertThat(reader.isAlive()).isTrue();
      reader.destroyForcibly().waitFor();
    }
    tables.readAll(url(), LATEST, 10);

    assertAsReadCleanly();
  }

  /** Reads two blocks at a time, and follows every 20 ms, in a separate process. */
  private Process process() throws Exception {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ReadingProcess.class.getName(),
            url(),
            tables.tables().eventsUrl().withPassword(),
            tables.tables().stateUrl().withPassword());
    var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // the process prints a line once it has started
    assertThat(process.getInputStream().read()).isEqualTo('.');
    return process;
  }

  @Test
  void a_server_follows_the_chain_and_another_takes_over() throws Exception {
    chain.comes(1, 500);
    chain.anvil().mine(90);
    var first = follow();
    await("1");
    var second = follow();
    chain.comes(2, 500);
    await("2");

    first.interrupt();
    first.join();
    chain.comes(3, 500);
    await("3");

    second.interrupt();
    second.join();
    assertThat(tables.tables().rows("select distinct run_trigger, job from pipeline_runs"))
        .containsExactly(List.of("CHAIN", "state-update"));
    assertThat(tables.tables().rows("select safe_block, is_final from pipeline_checkpoints"))
        .containsExactly(List.of(Long.toString(chain.anvil().head()), "f"));
  }

  private Thread follow() {
    var follower =
        new ChainFollower(
            ChainTables.settings(url(), LATEST, 1_000),
            AnvilChain.network(),
            tables.tables().eventsUrl(),
            tables.tables().stateUrl(),
            tables.tables().stateUpdate(50),
            Clock.systemUTC(),
            new ChainFollower.ChainFollowerListener() {
              @Override
              public void read(long blocks, long of, long logs) {}

              @Override
              public void followsFrom(long block) {}
            });
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                follower.run();
              } catch (CancellationException e) {
                // interrupted
              }
            });
  }

  /** Waits until this many operators exist and the state is as of the head. */
  private void await(String operators) {
    var wanted = List.of(List.of(operators, Long.toString(chain.anvil().head())));
    while (!tables
        .tables()
        .rows("select (select count(*) from operator_state), safe_block from pipeline_checkpoints")
        .equals(wanted)) {
      StateUpdate.pause(Duration.ofMillis(50));
    }
  }
}
