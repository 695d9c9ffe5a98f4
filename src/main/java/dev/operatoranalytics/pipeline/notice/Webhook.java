package dev.operatoranalytics.pipeline.notice;

import com.fasterxml.jackson.core.JsonFactory;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** Posts notices to the configured URL. Error messages leave out the URL, which may be secret. */
@Singleton
@Requires(property = "webhook.url", pattern = ".+")
class Webhook {
  private static final JsonFactory JSON = new JsonFactory();

  private final HttpRequest.Builder template;
  private final HttpClient http;

  Webhook(WebhookSettings settings) {
    this.template = template(parsed(Objects.requireNonNull(settings.url())), settings);
    this.http = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
  }

  private static URI parsed(String text) {
    try {
      var url = new URI(text.strip());
      if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (URISyntaxException e) {
      // its message contains the URL
    }
    throw new IllegalArgumentException("WEBHOOK_URL is no http or https address");
  }

  private static HttpRequest.Builder template(URI url, WebhookSettings settings) {
    var request =
        HttpRequest.newBuilder(url)
            .timeout(settings.timeout())
            .header("content-type", "application/json");
    var authorization = settings.authorization();
    if (authorization == null || authorization.isBlank()) {
      return request;
    }
    try {
      return request.header("authorization", authorization.strip());
    } catch (IllegalArgumentException e) {
      // its message contains the value
      throw new IllegalArgumentException("WEBHOOK_AUTHORIZATION is no value of a header");
    }
  }

  /** The webhook did not accept the notice. */
  static final class NotAccepted extends Exception {
    private static final long serialVersionUID = 1L;

    NotAccepted(String message) {
      super(message);
    }
  }

  void post(Notice notice) throws NotAccepted {
    try {
      var request = template.copy().POST(BodyPublishers.ofString(json(notice))).build();
      var status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status >= 300) {
        throw new NotAccepted("answered with status " + status);
      }
    } catch (IOException e) {
      // its message may contain the URL
      throw new NotAccepted(e.getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Chat programs show {@code text}. */
  private static String json(Notice notice) throws IOException {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("kind", notice.kind());
      json.writeStringField("subject", notice.subject());
      json.writeStringField("text", notice.message());
      json.writeStringField("noticedAt", notice.noticedAt().toString());
      json.writeEndObject();
    }
    return text.toString();
  }

  @PreDestroy
  void close() {
    http.shutdownNow();
  }
}
