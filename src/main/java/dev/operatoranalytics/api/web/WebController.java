package dev.operatoranalytics.api.web;

import dev.operatoranalytics.api.http.Authenticator;
import dev.operatoranalytics.api.http.ContextPath;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;

/** Serves the web pages and the files that they load. */
@Controller
class WebController {
  /** Nothing inline, nothing from other hosts, and no text that becomes markup or script. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final WebAssets assets;
  private final Authenticator authenticator;
  private final ContextPath context;

  WebController(WebAssets assets, Authenticator authenticator, ContextPath context) {
    this.assets = assets;
    this.authenticator = authenticator;
    this.context = context;
  }

  /** Every route that is not one of the API is a page of {@link WebPage}. */
  @Get(
      uris = {
        "/",
        "/operators",
        "/operators/{address}",
        "/strategies",
        "/strategies/{address}",
        "/avs",
        "/avs/{address}",
        "/delegators/{address}",
        "/slashes",
        "/compare",
        "/epochs",
        "/pipeline",
        "/developers"
      })
  @Produces(MediaType.ALL)
  HttpResponse<?> page(HttpRequest<?> http) {
    return WebPage.of(context.below(http))
        .<HttpResponse<?>>map(page -> page(http, page))
        .orElseGet(HttpResponse::notFound);
  }

  @Get("/schema.graphqls")
  HttpResponse<?> schema() {
    return HttpResponse.status(HttpStatus.TEMPORARY_REDIRECT)
        .header(HttpHeaders.LOCATION, "graphql/schema");
  }

  @Get("/assets/{hash}/{+name}")
  @Produces(MediaType.ALL)
  HttpResponse<?> asset(@PathVariable String hash, @PathVariable String name) {
    return assets
        .find(name)
        .filter(file -> hash.equals(assets.hash()))
        .<HttpResponse<?>>map(
            file ->
                HttpResponse.ok(file.content())
                    .contentType(file.type())
                    .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .orElseGet(HttpResponse::notFound);
  }

  private HttpResponse<?> page(HttpRequest<?> http, WebPage page) {
    var path = context.below(http);
    if (path.length() > 1 && path.endsWith("/")) {
      var name = path.substring(path.lastIndexOf('/', path.length() - 2) + 1, path.length() - 1);
      return HttpResponse.status(HttpStatus.TEMPORARY_REDIRECT)
          .header(HttpHeaders.LOCATION, "../" + name);
    }
    return HttpResponse.ok(page.html(assets, authenticator.readingNeedsKey()))
        .contentType(MediaType.TEXT_HTML_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("Content-Security-Policy", POLICY);
  }
}
