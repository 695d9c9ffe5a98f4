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

/** Who asks, and how much of us each has at the moment. */
@Singleton
public final class ClientQuotas {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MOST_KNOWN = 100_000;
  private static final int STREAMS = 10;
  private static final int OBJECTS_OF_REQUEST = 200;

  private final Map<String, Integer> sockets = new ConcurrentHashMap<>();
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private final Map<String, Integer> connections = new ConcurrentHashMap<>();
  private final Cache<String, Minute> minutes =
      Caffeine.newBuilder().expireAfterWrite(MINUTE).maximumSize(MOST_KNOWN).build();
  private final Authenticator access;
  private final SocketSettings settings;
  private final LimitSettings limits;

  ClientQuotas(
      Authenticator access, SocketSettings settings, LimitSettings limits, MeterRegistry registry) {
    Gauge.builder("operator_analytics.sockets", this, ClientQuotas::openSockets)
        .description("Sockets and event streams that are open")
        .register(registry);
    this.access = access;
    this.settings = settings;
    this.limits = limits;
  }

  private record Minute(long beganNanos, AtomicInteger requests) {
    int secondsLeft() {
      var left = MINUTE.minusNanos(System.nanoTime() - beganNanos);
      return (int) Math.max(1, left.toSeconds() + 1);
    }
  }

  /** Seconds after which the client may ask again; 0 when it may now. */
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

  /** Counts a request for more, now that it is known what it takes; the next may have to wait. */
  private void count(Caller caller, int requests) {
    if (requests > 0) {
      var minute = minute(caller.name());
      if (minute.requests().getAndAdd(requests) > limits.requestsPerMinute()) {
        throw RequestRejected.tooOften(minute.secondsLeft());
      }
    }
  }

  /**
   * The place is given back when the request has been answered.
   *
   * @param cost objects that the answer may hold: it counts for more requests in a minute, and two
   *     of the greatest cost are as much as one client may have under way
   */
  public Permit takeRequest(Caller caller, long cost) {
    // what is too dear is refused, which takes nothing
    return takePermits(caller, cost > limits.cost() ? 0 : cost, 1);
  }

  /** Of an answer that is sent while it is made, however long. */
  public Permit takeStream(Caller caller, long cost) {
    return takePermits(caller, cost, limits.concurrentRequests() / STREAMS);
  }

  private Permit takePermits(Caller caller, long cost, int least) {
    var most = limits.concurrentRequests();
    var dear = (int) Math.ceilDiv(cost * most, 2 * Math.max(1, limits.cost()));
    var place = take(requests, caller.name(), Math.max(Math.max(1, least), dear), most);
    if (place == null) {
      throw new RequestRejected(
          HttpStatus.TOO_MANY_REQUESTS,
          ErrorCode.TOO_MANY_REQUESTS,
          "a client has at most %d requests under way, fewer of dear ones".formatted(most));
    }
    try {
      count(caller, (int) (cost / OBJECTS_OF_REQUEST));
    } catch (RequestRejected refusal) {
      place.close();
      throw refusal;
    }
    return place;
  }

  /** Some of what a client may have only so much of, until it is given back. */
  public static final class Permit implements AutoCloseable {
    private final Map<String, Integer> taken;
    private final String client;
    private final int amount;
    private final AtomicBoolean isBack = new AtomicBoolean();

    private Permit(Map<String, Integer> taken, String client, int amount) {
      this.taken = taken;
      this.client = client;
      this.amount = amount;
    }

    @Override
    public void close() {
      if (isBack.compareAndSet(false, true)) {
        taken.computeIfPresent(client, (each, count) -> count == amount ? null : count - amount);
      }
    }
  }

  /** Of all clients, event streams too. */
  int openSockets() {
    return sockets.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Null when the address has as many connections as it may. */
  @Nullable Permit takeConnection(String address) {
    return take(connections, address, 1, limits.connections());
  }

  /** Null when the client has as many sockets and streams as it may. */
  public @Nullable Permit takeSocket(HttpRequest<?> request) {
    return take(sockets, access.address(request), 1, settings.perClient());
  }

  private static @Nullable Permit take(
      Map<String, Integer> taken, String client, int amount, int most) {
    var isTaken = new AtomicBoolean();
    taken.compute(
        client,
        (each, count) -> {
          var held = count == null ? 0 : count;
          isTaken.set(held + amount <= most);
          return isTaken.get() ? Integer.valueOf(held + amount) : count;
        });
    return isTaken.get() ? new Permit(taken, client, amount) : null;
  }
}
