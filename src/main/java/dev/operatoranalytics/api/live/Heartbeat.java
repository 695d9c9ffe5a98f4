package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.http.SocketSettings;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings sockets and streams, so that both sides notice broken connections, and ends those whose
 * credentials are no longer valid.
 */
@Singleton
class Heartbeat {
  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration CHECK_EVERY = Duration.ofMillis(250);

  private final GraphqlSockets sockets;
  private final StreamController streams;
  private final SocketSettings settings;
  private final TaskScheduler scheduler;
  private @Nullable ScheduledFuture<?> beats;
  private @Nullable ScheduledFuture<?> checks;

  Heartbeat(
      GraphqlSockets sockets,
      StreamController streams,
      SocketSettings settings,
      TaskScheduler scheduler) {
    this.sockets = sockets;
    this.streams = streams;
    this.settings = settings;
    this.scheduler = scheduler;
  }

  /** Starts with the server only; commands have no clients. */
  @EventListener
  void begin(ServerStartupEvent started) {
    var every = settings.pingEvery();
    beats = scheduler.scheduleWithFixedDelay(every, every, this::beat);
    checks = scheduler.scheduleWithFixedDelay(CHECK_EVERY, CHECK_EVERY, this::endExpired);
  }

  private void beat() {
    sockets.ping();
    streams.ping();
  }

  private void endExpired() {
    try {
      sockets.closeExpired();
      streams.endExpired();
    } catch (RuntimeException e) {
      // a scheduled task that throws is not run again
      log.error("credentials of sockets and streams could not be checked", e);
    }
  }

  @PreDestroy
  void end() {
    if (beats != null) {
      beats.cancel(false);
    }
    if (checks != null) {
      checks.cancel(false);
    }
  }
}
