package dev.operatoranalytics.api;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.pipeline.RealTables;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.jdbc.DataSourceResolver;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server with the demo network for the tests of a class. */
@SuppressWarnings("NullAway.Init")
public final class DemoServer implements BeforeAllCallback, AfterAllCallback {
  private static final String POLL_OF_THE_VERSION =
      ", epoch, standby_lag_seconds() > 0 from data_version";

  private final Map<String, Object> settings;
  private final boolean hasEpochs;
  private final boolean hasDays;
  private final @Nullable Path events;
  private final HttpClient http = HttpClient.newHttpClient();
  private RealTables tables;
  private EmbeddedServer server;

  public DemoServer() {
    this(Map.of());
  }

  /**
   * @param settings settings that override these
   */
  public DemoServer(Map<String, Object> settings) {
    this(settings, false, false, null);
  }

  private DemoServer(
      Map<String, Object> settings, boolean hasEpochs, boolean hasDays, @Nullable Path events) {
    this.settings = settings;
    this.hasEpochs = hasEpochs;
    this.hasDays = hasDays;
    this.events = events;
  }

  /**
   * A server with the events of a file instead of the demo; its tests are skipped without the file.
   */
  public DemoServer withEvents(Path file) {
    return new DemoServer(settings, false, false, file);
  }

  /** A server that also has the epochs of the demo. */
  public DemoServer withEpochs() {
    return new DemoServer(settings, true, hasDays, null);
  }

  /** A server that also has {@link DemoTables#FIRST_DAY} to {@link DemoTables#LAST_DAY}. */
  public DemoServer withDays() {
    return new DemoServer(settings, hasEpochs, true, null);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (events == null) {
      tables = DemoTables.copy(hasDays);
    } else {
      assumeTrue(Files.isReadable(events), "SKIPPED: no " + events);
      tables = new RealTables();
      tables.importEvents(events);
      tables.update();
    }
    if (hasEpochs) {
      DemoTables.importEpochs(tables);
    }
    server = serve(Map.of());
  }

  private EmbeddedServer serve(Map<String, Object> more) {
    var properties = new HashMap<String, Object>();
    dataSource(properties, "events", tables.tables().eventsUrl());
    dataSource(properties, "pipeline", tables.tables().stateUrl());
    dataSource(properties, "api", tables.tables().stateUrl());
    properties.put("micronaut.server.port", -1);
    properties.put("test.count-statements", true);
    // no cache: every request reads the database
    properties.put("operator-analytics.api.answer-cache-mb", 0);
    properties.putAll(settings);
    properties.putAll(more);
    return ApplicationContext.builder()
        .deduceEnvironment(false)
        .properties(properties)
        .start()
        .getBean(EmbeddedServer.class)
        .start();
  }

  /** Starts another server on the same databases. */
  public Replica replica() {
    return replica(Map.of());
  }

  /**
   * @param settings settings that override those of the first server
   */
  public Replica replica(Map<String, Object> settings) {
    return new Replica(serve(settings));
  }

  /** A server that shares only the databases with the first. */
  public record Replica(EmbeddedServer server) implements AutoCloseable {
    public URI uri() {
      return server.getURI();
    }

    /** Returns the data source that the server uses, without the statement counter. */
    public DataSource pool(String name) {
      var context = server.getApplicationContext();
      return context
          .getBean(DataSourceResolver.class)
          .resolve(context.getBean(DataSource.class, Qualifiers.byName(name)));
    }

    @Override
    public void close() {
      server.getApplicationContext().close();
    }
  }

  public RealTables tables() {
    return tables;
  }

  public URI uri() {
    return server.getURI();
  }

  public <T> T bean(Class<T> type) {
    return server.getApplicationContext().getBean(type);
  }

  /** The statements sent since the last call, without the polls of the version at any moment. */
  public List<String> statements() {
    return server.getApplicationContext().getBean(StatementCounter.class).drain().stream()
        .filter(sent -> !sent.endsWith(POLL_OF_THE_VERSION))
        .toList();
  }

  public JsonNode query(String document) throws IOException, InterruptedException {
    return json(post("/graphql", "application/json", write(Map.of("query", document))));
  }

  /** Sends a document with this key. */
  public JsonNode query(String document, String key) throws IOException, InterruptedException {
    return json(
        http.send(
            HttpRequest.newBuilder(server.getURI().resolve("/graphql"))
                .headers("content-type", "application/json", "authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(write(Map.of("query", document))))
                .build(),
            HttpResponse.BodyHandlers.ofString()));
  }

  public String write(Object body) throws IOException {
    return server.getApplicationContext().getBean(JsonMapper.class).writeValueAsString(body);
  }

  public HttpResponse<String> post(String path, String contentType, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.getURI().resolve(path))
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.getURI() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  public JsonNode json(HttpResponse<String> response) throws IOException {
    return server
        .getApplicationContext()
        .getBean(JsonMapper.class)
        .readValue(response.body(), JsonNode.class);
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    if (server != null) {
      server.getApplicationContext().close();
    }
    if (tables != null) {
      tables.close();
    }
  }

  private static void dataSource(
      Map<String, Object> properties, String name, ConnectionUrl connection) {
    properties.put("datasources." + name + ".url", connection.jdbc());
    properties.put("datasources." + name + ".username", connection.user());
    properties.put("datasources." + name + ".password", connection.password());
  }
}
