package dev.operatoranalytics.api.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.operatoranalytics.api.access.Access;
import dev.operatoranalytics.api.access.Caller;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Who asks, and how much of us each has at the moment. */
@Singleton
final class Clients {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MOST_KNOWN = 100_000;

  private final Map<String, Integer> sockets = new ConcurrentHashMap<>();
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private final Cache<String, Minute> minutes =
      Caffeine.newBuilder().expireAfterWrite(MINUTE).maximumSize(MOST_KNOWN).build();
  private final Access access;
  private final SocketSettings settings;
  private final LimitSettings limits;

  Clients(Access access, SocketSettings settings, LimitSettings limits) {
    this.access = access;
    this.settings = settings;
    this.limits = limits;
  }

  private record Minute(long beganNanos, AtomicInteger requests) {}

  /** Seconds after which the client may ask again; 0 when it may now. */
  int waitSeconds(String client) {
    var minute =
        Objects.requireNonNull(
            minutes.get(client, each -> new Minute(System.nanoTime(), new AtomicInteger())));
    if (minute.requests().incrementAndGet() <= limits.requestsPerMinute()) {
      return 0;
    }
    var left = MINUTE.minusNanos(System.nanoTime() - minute.beganNanos());
    return (int) Math.max(1, left.toSeconds() + 1);
  }

  /** The place is given back when the request has been answered. */
  Place takeRequest(Caller caller) {
    var place = take(requests, caller.name(), limits.concurrentRequests());
    if (place == null) {
      throw new Refusal(
          HttpStatus.TOO_MANY_REQUESTS,
          ErrorCode.TOO_MANY_REQUESTS,
          "a client has at most %d requests under way".formatted(limits.concurrentRequests()));
    }
    return place;
  }

  /** One of what a client may have only so many of, until it is given back. */
  static final class Place implements AutoCloseable {
    private final Map<String, Integer> taken;
    private final String client;
    private final AtomicBoolean isBack = new AtomicBoolean();

    private Place(Map<String, Integer> taken, String client) {
      this.taken = taken;
      this.client = client;
    }

    @Override
    public void close() {
      if (isBack.compareAndSet(false, true)) {
        taken.computeIfPresent(client, (each, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** Of all clients, event streams too. */
  int openSockets() {
    return sockets.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Null when the client has as many sockets and streams as it may. */
  @Nullable Place takeSocket(HttpRequest<?> request) {
    return take(sockets, access.address(request), settings.perClient());
  }

  private static @Nullable Place take(Map<String, Integer> taken, String client, int most) {
    var isTaken = new AtomicBoolean();
    taken.compute(
        client,
        (each, count) -> {
          var held = count == null ? 0 : count;
          isTaken.set(held < most);
          return held < most ? Integer.valueOf(held + 1) : count;
        });
    return isTaken.get() ? new Place(taken, client) : null;
  }
}
