package dev.operatoranalytics.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behaviour when all memory is in use. */
@Timeout(30)
class ResponseMemoryLimitTest {
  private final ResponseMemoryLimit memory = new ResponseMemoryLimit();

  @Test
  void a_request_that_could_take_all_memory_is_rejected() {
    assertThatThrownBy(() -> memory.acquire(memory.maxResponseBytes() + 1))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("of memory");
  }

  @Test
  void large_responses_wait_for_memory_and_small_ones_do_not() throws Exception {
    var large = new CompletableFuture<Boolean>();
    try (var all = memory.acquire(memory.maxResponseBytes())) {
      assertThat(all).isNotNull();
      var waiting =
          Thread.startVirtualThread(
              () -> {
                try (var part = memory.acquire(200_000_000)) {
                  large.complete(part != null);
                } catch (InterruptedException e) {
                  large.completeExceptionally(e);
                }
              });
      memory.acquire(100_000).close();
      await().until(() -> waiting.getState() == Thread.State.WAITING);
      assertThat(large).isNotDone();
    }
    assertThat(large.join()).isTrue();
  }
}
