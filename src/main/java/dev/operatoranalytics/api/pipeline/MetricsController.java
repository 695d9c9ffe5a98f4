package dev.operatoranalytics.api.pipeline;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** {@code /prometheus}, for a Prometheus server; requires a key where reading does. */
@Controller("/prometheus")
class MetricsController {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PipelineMetrics pipeline;
  private final PrometheusMeterRegistry registry;

  MetricsController(PipelineMetrics pipeline, PrometheusMeterRegistry registry) {
    this.pipeline = pipeline;
    this.registry = registry;
  }

  @Get
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<String> scrape() {
    pipeline.refresh();
    return HttpResponse.ok(registry.scrape(TEXT))
        .header(HttpHeaders.CONTENT_TYPE, TEXT)
        .header(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
