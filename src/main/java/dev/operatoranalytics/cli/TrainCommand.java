package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Databases;
import dev.operatoranalytics.source.demo.DemoSize;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code train DIR}: the AOT training run. Starts a server with a small demo and sends the example
 * queries. The launcher records an AOT cache meanwhile, which makes later starts faster.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Start a server, run the example queries, and stop.")
final class TrainCommand implements Callable<Integer> {
  private static final DemoSize SIZE = new DemoSize(24, 500, 60, 200, 4, 20_260_122);
  private static final int REPETITIONS = 40;

  @Parameters(paramLabel = "DIR", description = "an empty private folder")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws Exception {
    try (var session =
        Session.open(
            () -> Databases.open(directory, Map.of()),
            Map.of(
                "micronaut.server.port", -1,
                "operator-analytics.api.answer-cache-mb", 0,
                "schedules.is-running", false))) {
      new DemoLoader(session, directory, SIZE).load();
      sendExamples(session.bean(EmbeddedServer.class).start().getURI());
    }
    return OperatorAnalytics.DONE;
  }

  /** Sends the example queries of GraphiQL. */
  private static void sendExamples(URI server) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var json = JsonMapper.createDefault();
      var examples =
          client.send(
              HttpRequest.newBuilder(server.resolve("/graphiql/examples")).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      var documents = json.readValue(examples.body(), Map.class).values();
      for (var repetition = 0; repetition < REPETITIONS; repetition++) {
        for (var document : documents) {
          var response =
              client.send(
                  HttpRequest.newBuilder(server.resolve("/graphql"))
                      .header("content-type", "application/json")
                      .POST(
                          HttpRequest.BodyPublishers.ofByteArray(
                              json.writeValueAsBytes(Map.of("query", document))))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() != 200) {
            throw new CommandFailed("an example query failed: " + response.body());
          }
        }
      }
    }
  }
}
