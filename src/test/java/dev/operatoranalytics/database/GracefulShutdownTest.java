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

/** Shutdown stops running work before connections close. */
class GracefulShutdownTest {
  private final GracefulShutdown shutdown = new GracefulShutdown();

  @Test
  void running_work_is_interrupted_and_awaited() throws Exception {
    var isStarted = new CountDownLatch(1);
    var isInterrupted = new AtomicBoolean();
    var thrown = new AtomicReference<Exception>();
    var worker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    shutdown.run(
                        "stopped",
                        () -> {
                          isStarted.countDown();
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException e) {
                            // a connection pool throws this on interruption
                            Thread.currentThread().interrupt();
                            isInterrupted.set(true);
                            throw new SQLException("no connection", e);
                          }
                        });
                  } catch (CancellationException | SQLException e) {
                    thrown.set(e);
                  }
                });
    isStarted.await();

    shutDown();

    assertThat(isInterrupted).isTrue();
    worker.join();
    assertThat(thrown.get()).isInstanceOf(CancellationException.class).hasMessage("stopped");
  }

  @Test
  void no_work_starts_after_shutdown() throws Exception {
    shutDown();

    assertThatThrownBy(() -> shutdown.call("stopped", () -> 1))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void a_failure_before_shutdown_is_rethrown_unchanged() {
    var failure = new IOException("the disk is full");

    assertThatThrownBy(
            () ->
                shutdown.run(
                    "stopped",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  private void shutDown() throws InterruptedException {
    shutdown.shutDown(new ShutdownEvent(ApplicationContext.builder().build()));
  }
}
