package dev.operatoranalytics.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A provider on loopback that serves a {@link StubChain} and can fail like real ones. */
public final class ProviderStub implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile StubChain chain;
  private volatile CallFault callFault = (method, params) -> null;
  private volatile HttpFault httpFault = () -> null;

  /** A replacement for the response of a call. */
  public interface CallFault {
    /** Returns a member such as {@code "error":{…}}; null for the correct response. */
    @Nullable String answer(String method, JsonNode params);
  }

  /** Returns the failure of an HTTP request; null for none. */
  interface HttpFault {
    @Nullable Trouble next();
  }

  /**
   * @param status 200 for success
   * @param retryAfter value of the header; null for none
   * @param cut number of bytes to omit at the end of the body
   */
  record Trouble(int status, @Nullable String retryAfter, int cut, Duration delay) {
    static Trouble status(int status, @Nullable String retryAfter) {
      return new Trouble(status, retryAfter, 0, Duration.ZERO);
    }

    static Trouble cut(int bytes) {
      return new Trouble(200, null, bytes, Duration.ZERO);
    }

    static Trouble late(Duration delay) {
      return new Trouble(200, null, 0, delay);
    }
  }

  public ProviderStub(StubChain chain) {
    this.chain = chain;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:%d/v3/secret-key-0123456789".formatted(server.getAddress().getPort());
  }

  public StubChain chain() {
    return chain;
  }

  void follow(StubChain other) {
    chain = other;
  }

  public void failCalls(CallFault fault) {
    callFault = fault;
  }

  void failHttp(HttpFault fault) {
    httpFault = fault;
  }

  void heal() {
    callFault = (method, params) -> null;
    httpFault = () -> null;
  }

  /** Returns the called methods, in order. */
  public List<String> asked() {
    return new ArrayList<>(asked);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request;
      try (var json = JSON.createParser(exchange.getRequestBody().readAllBytes())) {
        request = JsonNodeTreeCodec.getInstance().readTree(json);
      }
      var trouble = httpFault.next();
      if (trouble != null && trouble.status() != 200) {
        if (trouble.retryAfter() != null) {
          exchange.getResponseHeaders().add("retry-after", trouble.retryAfter());
        }
        exchange.sendResponseHeaders(trouble.status(), -1);
        return;
      }
      var body = answer(request).getBytes(UTF_8);
      if (trouble != null) {
        // the delay of a slow provider
        Thread.sleep(trouble.delay());
      }
      exchange.getResponseHeaders().add("content-type", "application/json");
      var length = trouble == null ? body.length : Math.max(1, body.length - trouble.cut());
      exchange.sendResponseHeaders(200, length);
      exchange.getResponseBody().write(body, 0, length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String answer(JsonNode request) {
    if (!request.isArray()) {
      return one(request);
    }
    var answers = new ArrayList<String>();
    request.values().forEach(call -> answers.addFirst(one(call)));
    return "[" + String.join(",", answers) + "]";
  }

  private String one(JsonNode call) {
    var method = call.get("method").getStringValue();
    var params = call.get("params");
    asked.add(method);
    var fault = callFault.answer(method, params);
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}"
        .formatted(
            call.get("id").getLongValue(), fault == null ? chain.answer(method, params) : fault);
  }

  RequestLimits limits() {
    return new RequestLimits(4, 10_000, 100, Duration.ofMillis(500), 3, Duration.ofMillis(5));
  }

  static Nodes nodes(RequestLimits limits, ProviderStub... stubs) {
    var urls = new ArrayList<NodeUrl>();
    for (var stub : stubs) {
      urls.addAll(NodeUrl.parse("CHAIN_RPC_URL", stub.url()));
    }
    return new Nodes(urls, StubChain.CHAIN_ID, limits, Clock.systemUTC());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
