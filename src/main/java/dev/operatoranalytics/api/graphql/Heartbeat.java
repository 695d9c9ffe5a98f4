package dev.operatoranalytics.api.graphql;

import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.scheduling.TaskScheduler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** Lets whoever is connected know that a server is there, and finds out who is gone. */
@Singleton
class Heartbeat {
  private final GraphqlSockets sockets;
  private final StreamController streams;
  private final SocketSettings settings;
  private final TaskScheduler scheduler;
  private @Nullable ScheduledFuture<?> beats;

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

  /** A command has nobody connected: there it never begins. */
  @EventListener
  void begin(ServerStartupEvent started) {
    var every = settings.pingEvery();
    beats = scheduler.scheduleWithFixedDelay(every, every, this::beat);
  }

  private void beat() {
    sockets.ping();
    streams.ping();
  }

  @PreDestroy
  void end() {
    if (beats != null) {
      beats.cancel(false);
    }
  }
}
