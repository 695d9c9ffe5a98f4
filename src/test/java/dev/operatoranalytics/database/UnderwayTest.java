package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.event.ShutdownEvent;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whoever is at work when the program ends leaves off before its connections are taken away. */
class UnderwayTest {
  private final GracefulShutdown underway = new GracefulShutdown();

  @Test
  void work_is_interrupted_and_waited_for() throws Exception {
    var hasBegun = new CountDownLatch(1);
    var hasLeft = new AtomicBoolean();
    var came = new AtomicReference<Exception>();
    var worker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    underway.run(
                        "stopped",
                        () -> {
                          hasBegun.countDown();
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException e) {
                            // what a pool makes of it
                            Thread.currentThread().interrupt();
                            hasLeft.set(true);
                            throw new SQLException("no connection", e);
                          }
                        });
                  } catch (CancellationException | SQLException e) {
                    came.set(e);
                  }
                });
    hasBegun.await();

    end();

    assertThat(hasLeft).isTrue();
    worker.join();
    assertThat(came.get()).isInstanceOf(CancellationException.class).hasMessage("stopped");
  }

  @Test
  void nothing_is_begun_once_the_program_ends() throws Exception {
    end();

    assertThatThrownBy(() -> underway.ask("stopped", () -> 1))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void what_fails_by_itself_is_told_as_it_is() {
    var failure = new IOException("the disk is full");

    assertThatThrownBy(
            () ->
                underway.run(
                    "stopped",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  private void end() throws InterruptedException {
    underway.end(new ShutdownEvent(ApplicationContext.builder().build()));
  }
}
