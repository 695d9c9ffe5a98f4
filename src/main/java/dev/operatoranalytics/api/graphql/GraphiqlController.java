package dev.operatoranalytics.api.graphql;

import io.micronaut.configuration.graphql.GraphiQLController;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** GraphiQL for explorers, all of it from this server. */
@Controller("/graphiql")
@Replaces(GraphiQLController.class)
class GraphiqlController {
  private final String page;

  GraphiqlController() throws IOException {
    try (var file =
        Objects.requireNonNull(GraphiqlController.class.getResourceAsStream("/graphiql.html"))) {
      this.page = new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Get
  @Produces(MediaType.TEXT_HTML)
  HttpResponse<String> page() {
    return HttpResponse.ok(page)
        .header(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                + " font-src 'self' data:; frame-ancestors 'none'");
  }

  @Get("/start.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> start() throws IOException {
    try (var file =
        Objects.requireNonNull(GraphiqlController.class.getResourceAsStream("/graphiql.js"))) {
      return HttpResponse.ok(file.readAllBytes());
    }
  }
}
