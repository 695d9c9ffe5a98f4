package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.epoch.SharePriceExport.ExportFormat;
import dev.operatoranalytics.api.http.Authorizer;
import dev.operatoranalytics.api.http.ClientQuotas;
import dev.operatoranalytics.api.http.PermitReleasingBody;
import dev.operatoranalytics.api.http.Problem;
import dev.operatoranalytics.api.http.ResponseSpool;
import dev.operatoranalytics.api.query.UserInputError;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The REST endpoints of epochs that existed before GraphQL, and exports. */
@Controller("/api")
@Produces(MediaType.ALL)
class EpochsController {
  private static final String JSON = "application/json; charset=utf-8";
  private static final int MAX_ROWS = 5_000;
  private static final int MAX_SAMPLES = 20_000;

  private final ResponseSpool answers;
  private final ClientQuotas clients;
  private final Authorizer authorizer;

  EpochsController(ResponseSpool answers, ClientQuotas clients, Authorizer authorizer) {
    this.answers = answers;
    this.clients = clients;
    this.authorizer = authorizer;
  }

  @Get("/epochs")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> epochs(
      HttpRequest<?> request,
      @Nullable @QueryValue String limit,
      @Nullable @QueryValue String sample) {
    return rows(request, limit, sample, false);
  }

  @Get("/epochs-v2")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> epochsWithMeta(
      HttpRequest<?> request,
      @Nullable @QueryValue String limit,
      @Nullable @QueryValue String sample) {
    return rows(request, limit, sample, true);
  }

  private HttpResponse<?> rows(
      HttpRequest<?> request, @Nullable String limit, @Nullable String sample, boolean hasMeta) {
    var isAll = limit == null || limit.equalsIgnoreCase("all");
    var rows =
        new EpochRows(
            isAll ? null : number("limit", limit, 1, MAX_ROWS),
            number("sample", sample, 1, MAX_SAMPLES),
            hasMeta);
    return streamed(
        request,
        rows.toString(),
        JSON,
        (snapshot, output) -> {
          rows.write(snapshot, output);
          return true;
        });
  }

  @Get("/summary")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> summary(HttpRequest<?> request) {
    return streamed(
        request,
        "summary",
        JSON,
        (snapshot, output) -> {
          EpochSummary.write(snapshot, output);
          return true;
        });
  }

  @Get("/exports/share-prices.csv")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> csv(
      HttpRequest<?> request,
      @Nullable @QueryValue String from,
      @Nullable @QueryValue String to,
      @Nullable @QueryValue String operatorIds) {
    return export(request, ExportFormat.CSV, "text/csv; charset=utf-8", from, to, operatorIds);
  }

  @Get("/exports/share-prices.jsonl")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<?> jsonLines(
      HttpRequest<?> request,
      @Nullable @QueryValue String from,
      @Nullable @QueryValue String to,
      @Nullable @QueryValue String operatorIds) {
    return export(
        request, ExportFormat.JSONL, "application/x-ndjson; charset=utf-8", from, to, operatorIds);
  }

  private HttpResponse<?> export(
      HttpRequest<?> request,
      ExportFormat format,
      String mediaType,
      @Nullable String from,
      @Nullable String to,
      @Nullable String operatorIds) {
    var first = number("from", from, 0, Integer.MAX_VALUE);
    var last = number("to", to, 0, Integer.MAX_VALUE);
    var export =
        new SharePriceExport(
            format,
            operatorIds == null ? null : numbers(operatorIds),
            first == null ? 0 : first,
            last == null ? Integer.MAX_VALUE : last);
    if (export.from() > export.to()) {
      throw new UserInputError(
          "from is %d, beyond to, which is %d".formatted(export.from(), export.to()));
    }
    return streamed(
        request,
        export.toString(),
        mediaType,
        (snapshot, output) -> {
          export.write(snapshot, output);
          return true;
        });
  }

  private HttpResponse<?> streamed(
      HttpRequest<?> request, String key, String mediaType, ResponseSpool.ResponseWriter writing) {
    return PermitReleasingBody.holdUntilSent(
        request,
        clients.acquireStream(authorizer.caller(request), 0)::close,
        () -> answers.respond(request, key, mediaType, writing));
  }

  private static List<Integer> numbers(String text) {
    var numbers = new ArrayList<Integer>();
    for (var part : text.split(",", -1)) {
      numbers.add(required("operatorIds", part, 0, Integer.MAX_VALUE));
    }
    return numbers;
  }

  private static @Nullable Integer number(String name, @Nullable String text, int min, int max) {
    return text == null ? null : required(name, text, min, max);
  }

  private static int required(String name, String text, int min, int max) {
    if (text.matches("[0-9]{1,10}")) {
      var number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return (int) number;
      }
    }
    throw new UserInputError(
        "%s is a whole number from %d to %d%s, not '%s'"
            .formatted(
                name,
                min,
                max,
                name.equals("limit") ? ", or all" : "",
                text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }

  @Error
  HttpResponse<?> rejected(RequestRejected e) {
    return Problem.of(e);
  }

  @Error
  HttpResponse<?> badInput(UserInputError e) {
    return Problem.badInput(e.getMessage());
  }
}
