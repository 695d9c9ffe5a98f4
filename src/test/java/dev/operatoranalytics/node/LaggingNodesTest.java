package dev.operatoranalytics.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Nodes of one chain that are not at the same block, or not on the same fork. */
class LaggingNodesTest {
  @AutoClose private final ProviderStub first = new ProviderStub(chain(100).tags(90, 80));
  @AutoClose private final ProviderStub second = new ProviderStub(chain(100).tags(90, 80));
  @AutoClose private final ChainTables tables = new ChainTables(AnvilChain.network());

  private static StubChain chain(int blocks) {
    var chain = new StubChain();
    for (var number = 0; number < blocks; number++) {
      chain.mine("a", List.of());
    }
    return chain;
  }

  private ChainReading reading(String horizon) throws SQLException {
    var reading = tables.reading(first.url() + "," + second.url(), horizon, 10_000);
    reading.readHistory(null, (blocks, of, logs) -> {});
    reading.follow();
    return reading;
  }

  private List<String> progress() {
    return tables
        .tables()
        .eventRows("select read_to, horizon_block, reorganisations from chain_progress")
        .getFirst();
  }

  private void failFirst() {
    first.failHttp(() -> ProviderStub.Trouble.status(500, null));
  }

  @Test
  void an_older_safe_block_does_not_move_the_state_back() throws Exception {
    try (var reading = reading("safe")) {
      assertThat(progress()).containsExactly("90", "90", "0");
      failFirst();
      second.chain().tags(85, 80);

      assertThat(reading.follow()).isFalse();
      assertThat(progress()).containsExactly("90", "90", "0");

      second.chain().tags(95, 80);
      reading.follow();
      assertThat(progress()).containsExactly("95", "95", "0");
    }
  }

  @Test
  void a_node_that_lacks_blocks_that_were_read_changes_nothing() throws Exception {
    try (var reading = reading("latest")) {
      failFirst();
      second.chain().drop(9);

      assertThatThrownBy(reading::follow)
          .isInstanceOf(Behind.class)
          .hasMessageContaining("its newest block is 90, and block 99 was read");
      assertThat(progress()).containsExactly("99", "99", "0");

      first.heal();
      first.chain().mine("a", List.of());
      reading.follow();
      assertThat(progress()).containsExactly("100", "100", "0");
    }
  }

  @Test
  void a_node_on_another_fork_replaces_blocks_that_are_not_final() throws Exception {
    try (var reading = reading("latest")) {
      failFirst();
      second.chain().drop(5);
      for (var i = 0; i < 6; i++) {
        second.chain().mine("b", List.of());
      }

      assertThat(reading.follow()).isTrue();
      assertThat(progress()).containsExactly("100", "100", "1");
    }
  }

  @Test
  void a_node_with_another_final_block_is_not_followed() throws Exception {
    try (var reading = reading("latest")) {
      failFirst();
      second.chain().drop(30);
      for (var i = 0; i < 31; i++) {
        second.chain().mine("b", List.of());
      }

      assertThatThrownBy(reading::follow)
          .isInstanceOf(WrongAnswer.class)
          .hasMessageContaining("it had");
      assertThat(progress()).containsExactly("99", "99", "0");
    }
  }

  @Test
  void a_history_of_two_nodes_on_different_chains_is_not_joined() throws Exception {
    second.chain().drop(60);
    for (var i = 0; i < 60; i++) {
      second.chain().mine("b", List.of());
    }
    first.failCalls(
        (method, params) ->
            method.equals("eth_getLogs")
                    && Long.decode(params.get(0).get("toBlock").getStringValue()) > 50
                ? "\"error\":{\"code\":-32000,\"message\":\"out of memory\"}"
                : null);
    try (var reading = tables.reading(first.url() + "," + second.url(), "safe", 10)) {
      assertThatThrownBy(() -> reading.readHistory(null, (blocks, of, logs) -> {}))
          .isInstanceOf(NodeFailure.class)
          .hasMessageContaining("nodes disagree");
      assertThat(reading.readTo()).isBetween(40L, 50L);
    }
    first.heal();
    try (var reading = tables.reading(first.url() + "," + second.url(), "safe", 10)) {
      reading.readHistory(null, (blocks, of, logs) -> {});
    }
    assertThat(tables.tables().eventRows("select read_to, read_to_hash from chain_progress"))
        .containsExactly(List.of("80", first.chain().hashOf(80)));
  }
}
