package dev.operatoranalytics.alert;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/** A webhook that answers with the status that a test decides. */
final class WebhookStub implements AutoCloseable {
  private final List<WebhookRequest> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile ToIntFunction<WebhookRequest> answer = _ -> 204;

  WebhookStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var asked =
              new WebhookRequest(
                  Long.parseLong(headers.getFirst("operator-analytics-alert")),
                  body,
                  Objects.requireNonNullElse(headers.getFirst("operator-analytics-signature"), ""),
                  Objects.requireNonNullElse(headers.getFirst("authorization"), ""),
                  0);
          var status = answer.applyAsInt(asked);
          requests.add(asked.answeredWith(status));
          if (status == 302) {
            exchange.getResponseHeaders().add("location", url("elsewhere"));
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  /** A request and its answer. */
  record WebhookRequest(
      long alert, String body, String signature, String authorization, int status) {
    WebhookRequest answeredWith(int status) {
      return new WebhookRequest(alert, body, signature, authorization, status);
    }

    boolean isAccepted() {
      return status < 300;
    }
  }

  void answer(ToIntFunction<WebhookRequest> answer) {
    this.answer = answer;
  }

  String url(String path) {
    return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), path);
  }

  List<WebhookRequest> requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
