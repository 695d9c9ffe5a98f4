package dev.operatoranalytics.api.http;

import io.micronaut.configuration.graphql.GraphiQLController;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Serves GraphiQL, with all its assets. */
@Controller("/graphiql")
@Replaces(GraphiQLController.class)
class GraphiqlController {
  private static final MediaType JAVASCRIPT = MediaType.of("text/javascript");

  /** Documents of docs/queries, in the order of their tabs. */
  static final List<String> EXAMPLES =
      List.of(
          "network-page",
          "operators-table",
          "operator-page",
          "operator-delegators",
          "slash-preview",
          "comparison",
          "leaderboard",
          "network-history",
          "strategies-table",
          "strategy-page",
          "avses-table",
          "avs-page",
          "reward-preview",
          "delegator-page",
          "slashes",
          "epochs-chart",
          "search",
          "freshness",
          "service-limits",
          "caller",
          "pipeline-status");

  private final String page = text("/graphiql.html");
  private final String start = text("/graphiql.js");
  private final Map<String, String> examples = new LinkedHashMap<>();

  GraphiqlController() {
    EXAMPLES.forEach(name -> examples.put(name, text("/queries/" + name + ".graphql")));
  }

  /** The page uses relative URLs, because a proxy may serve it under a prefix. */
  @Get
  @Produces(MediaType.ALL)
  HttpResponse<?> page(HttpRequest<?> http) {
    if (http.getPath().endsWith("/")) {
      return HttpResponse.status(HttpStatus.TEMPORARY_REDIRECT)
          .header(HttpHeaders.LOCATION, "../graphiql");
    }
    return HttpResponse.ok(page)
        .contentType(MediaType.TEXT_HTML_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                + " font-src 'self' data:; object-src 'none'; base-uri 'none';"
                + " form-action 'none'; frame-ancestors 'none'")
        .header("Referrer-Policy", "no-referrer")
        .header("X-Content-Type-Options", "nosniff");
  }

  @Get("/start.js")
  @Produces(MediaType.ALL)
  HttpResponse<String> start() {
    return HttpResponse.ok(start)
        .contentType(JAVASCRIPT)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache");
  }

  /** The documents that open as tabs, by name. */
  @Get("/examples")
  @Produces(MediaType.ALL)
  HttpResponse<Map<String, String>> examples() {
    return HttpResponse.ok(examples)
        .contentType(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache");
  }

  private static String text(String resource) {
    try (var file =
        Objects.requireNonNull(GraphiqlController.class.getResourceAsStream(resource), resource)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
