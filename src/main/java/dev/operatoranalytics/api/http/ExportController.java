package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.Exports;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.ListExport.LineFormat;
import dev.operatoranalytics.api.document.RequestJson;
import dev.operatoranalytics.api.document.RequestRejected;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Locale;

/** Exports all rows of the list that a query selects, as CSV or JSON lines. */
@Controller("/graphql/export.{format:csv|jsonl}")
@Produces(MediaType.ALL)
class ExportController {
  private final Exports exports;
  private final Authorizer authorizer;
  private final RequestJson json;
  private final ClientQuotas clients;
  private final ResponseSpool spool;

  ExportController(
      Exports exports,
      Authorizer authorizer,
      RequestJson json,
      ClientQuotas clients,
      ResponseSpool spool) {
    this.exports = exports;
    this.authorizer = authorizer;
    this.json = json;
    this.clients = clients;
    this.spool = spool;
  }

  @Get
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> get(HttpRequest<?> http, @PathVariable String format) {
    return export(
        http, GraphqlRequest.of(http.getParameters(), authorizer.credentials(http), json), format);
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> post(HttpRequest<?> http, @Body byte[] body, @PathVariable String format) {
    return export(
        http, GraphqlRequest.of(json.read(http, body), authorizer.credentials(http)), format);
  }

  private HttpResponse<?> export(HttpRequest<?> http, GraphqlRequest request, String format) {
    var lines = LineFormat.valueOf(format.toUpperCase(Locale.ROOT));
    var list = exports.prepare(request);
    authorizer.check(list.document(), request);
    return PermitReleasingBody.holdUntilSent(
        http,
        clients.acquireStream(request.caller(), list.cost())::close,
        () ->
            spool.stream(
                    http,
                    lines.mediaType() + "; charset=utf-8",
                    (snapshot, output) -> {
                      list.write(lines, output);
                      return false;
                    })
                .header(
                    HttpHeaders.CONTENT_DISPOSITION,
                    "attachment; filename=\"%s.%s\"".formatted(list.name(), format)));
  }

  @Error
  HttpResponse<?> rejected(RequestRejected e) {
    return Problem.of(e);
  }
}
