package dev.operatoranalytics.api.document;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * The results of dashboards that sent twenty requests a second, without waiting for the previous
 * response.
 *
 * @param millis time of each response since its scheduled request, in ascending order
 * @param failures what clients got instead of a response
 */
record HonestClients(List<Double> millis, List<String> failures) {
  private static final int A_SECOND = 20;
  private static final List<String> DOCUMENTS =
      List.of(
          "{ operators(first: 20) { totalCount nodes { address state { tvsUsd } } } }",
          "{ strategies(first: 20) { nodes { address } } }",
          "{ operators(first: 5) { nodes { strategies(first: 5) { nodes { shares } } } } }",
          "{ pipeline { __typename } }");

  static HonestClients ask(URI server, int seconds) throws Exception {
    var millis = new ArrayList<Double>();
    var failures = new ArrayList<String>();
    try (var http = HttpClient.newHttpClient();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var begin = System.nanoTime();
      var asking = new ArrayList<Callable<String>>();
      for (var i = 0; i < seconds * A_SECOND; i++) {
        var document = DOCUMENTS.get(i % DOCUMENTS.size());
        var due = begin + i * 1_000_000_000L / A_SECOND;
        asking.add(
            () -> {
              Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
              var answer = ask(http, server, document);
              synchronized (millis) {
                millis.add((System.nanoTime() - due) / 1e6);
              }
              return answer;
            });
      }
      for (var answer : threads.invokeAll(asking)) {
        if (!answer.get().startsWith("{\"data\":")) {
          failures.add(answer.get());
        }
      }
    }
    millis.sort(null);
    return new HonestClients(List.copyOf(millis), List.copyOf(failures));
  }

  static HonestClients all(List<HonestClients> turns) {
    return new HonestClients(
        turns.stream().flatMap(turn -> turn.millis().stream()).sorted().toList(),
        turns.stream().flatMap(turn -> turn.failures().stream()).toList());
  }

  private static String ask(HttpClient http, URI server, String document)
      throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(server.resolve("/graphql"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\":\"" + document + "\"}"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private double quantile(double q) {
    return millis.get((int) ((millis.size() - 1) * q));
  }

  @Override
  public String toString() {
    return "%d answers, p50 %.1f ms, p99 %.1f ms"
        .formatted(millis.size(), quantile(0.5), quantile(0.99));
  }
}
