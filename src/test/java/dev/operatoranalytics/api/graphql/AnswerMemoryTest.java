package dev.operatoranalytics.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When all memory is taken. */
@Timeout(30)
class AnswerMemoryTest {
  private final AnswerMemory memory = new AnswerMemory();

  @Test
  void large_answers_wait_and_small_ones_do_not() throws Exception {
    var large = new CompletableFuture<Boolean>();
    try (var all = memory.take(Long.MAX_VALUE)) {
      assertThat(all).isNotNull();
      Thread.startVirtualThread(
          () -> {
            try (var part = memory.take(200_000)) {
              large.complete(part != null);
            } catch (InterruptedException e) {
              large.completeExceptionally(e);
            }
          });
      memory.take(100).close();
      Thread.sleep(100);
      assertThat(large).isNotDone();
    }
    assertThat(large.join()).isTrue();
  }
}
