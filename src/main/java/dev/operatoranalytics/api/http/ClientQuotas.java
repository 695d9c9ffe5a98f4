package dev.operatoranalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.operatoranalytics.api.document.LimitSettings;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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

/** Limits requests, connections and sockets of each client. */
@Singleton
public final class ClientQuotas {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MAX_CLIENTS = 100_000;
  private static final int CONCURRENT_STREAMS = 10;
  private static final int OBJECTS_PER_REQUEST = 200;

  private final Map<String, Integer> sockets = new ConcurrentHashMap<>();
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private final Map<String, Integer> connections = new ConcurrentHashMap<>();
  private final Cache<String, Minute> minutes =
      Caffeine.newBuilder().expireAfterWrite(MINUTE).maximumSize(MAX_CLIENTS).build();
  private final Authenticator authenticator;
  private final SocketSettings settings;
  private final LimitSettings limits;

  ClientQuotas(
      Authenticator authenticator,
      SocketSettings settings,
      LimitSettings limits,
      MeterRegistry registry) {
    Gauge.builder("operator_analytics.sockets", this, ClientQuotas::openSockets)
        .description("Sockets and event streams that are open")
        .register(registry);
    this.authenticator = authenticator;
    this.settings = settings;
    this.limits = limits;
  }

  private record Minute(long beganNanos, AtomicInteger requests) {
    int secondsLeft() {
      var left = MINUTE.minusNanos(System.nanoTime() - beganNanos);
      return (int) Math.max(1, left.toSeconds() + 1);
    }
  }

  /** Seconds until the client may send another request; 0 when it may now. */
  public int waitSeconds(String client) {
    var minute = minute(client);
    return minute.requests().incrementAndGet() <= limits.requestsPerMinute()
        ? 0
        : minute.secondsLeft();
  }

  private Minute minute(String client) {
    return Objects.requireNonNull(
        minutes.get(client, each -> new Minute(System.nanoTime(), new AtomicInteger())));
  }

  /** Counts further requests for an expensive one, once its cost is known. */
  private void count(Caller caller, int requests) {
    if (requests > 0) {
      var minute = minute(caller.name());
      if (minute.requests().getAndAdd(requests) > limits.requestsPerMinute()) {
        throw RequestRejected.rateLimited(minute.secondsLeft());
      }
    }
  }

  /**
   * Acquires permits for a request; the caller closes them after the response.
   *
   * @param cost max objects of the response: each 200 count as a request, and two requests of the
   *     max cost use all permits of a client
   */
  public Permit acquireRequest(Caller caller, long cost) {
    // a request above the max cost is rejected without work
    return acquirePermits(caller, cost > limits.cost() ? 0 : cost, 1);
  }

  /** Acquires permits for a response that is streamed. */
  public Permit acquireStream(Caller caller, long cost) {
    return acquirePermits(caller, cost, limits.concurrentRequests() / CONCURRENT_STREAMS);
  }

  private Permit acquirePermits(Caller caller, long cost, int min) {
    var max = limits.concurrentRequests();
    var byCost = (int) Math.ceilDiv(cost * max, 2 * Math.max(1, limits.cost()));
    var permit = acquire(requests, caller.name(), Math.max(Math.max(1, min), byCost), max);
    if (permit == null) {
      throw new RequestRejected(
          HttpStatus.TOO_MANY_REQUESTS,
          ErrorCode.TOO_MANY_REQUESTS,
          "a client has at most %d concurrent requests, fewer expensive ones".formatted(max));
    }
    try {
      count(caller, (int) (cost / OBJECTS_PER_REQUEST));
    } catch (RequestRejected rejection) {
      permit.close();
      throw rejection;
    }
    return permit;
  }

  /** A part of a client's quota, until it is closed. */
  public static final class Permit implements AutoCloseable {
    private final Map<String, Integer> acquired;
    private final String client;
    private final int amount;
    private final AtomicBoolean isReleased = new AtomicBoolean();

    private Permit(Map<String, Integer> acquired, String client, int amount) {
      this.acquired = acquired;
      this.client = client;
      this.amount = amount;
    }

    @Override
    public void close() {
      if (isReleased.compareAndSet(false, true)) {
        acquired.computeIfPresent(client, (each, count) -> count == amount ? null : count - amount);
      }
    }
  }

  /** Open sockets and event streams of all clients. */
  int openSockets() {
    return sockets.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Null when the address has the max connections open. */
  @Nullable Permit acquireConnection(String address) {
    return acquire(connections, address, 1, limits.connections());
  }

  /** Null when the client has the max sockets and streams open. */
  public @Nullable Permit acquireSocket(HttpRequest<?> request) {
    return acquire(sockets, authenticator.address(request), 1, settings.perClient());
  }

  private static @Nullable Permit acquire(
      Map<String, Integer> acquired, String client, int amount, int max) {
    var isAcquired = new AtomicBoolean();
    acquired.compute(
        client,
        (each, count) -> {
          var current = count == null ? 0 : count;
          isAcquired.set(current + amount <= max);
          return isAcquired.get() ? Integer.valueOf(current + amount) : count;
        });
    return isAcquired.get() ? new Permit(acquired, client, amount) : null;
  }
}
