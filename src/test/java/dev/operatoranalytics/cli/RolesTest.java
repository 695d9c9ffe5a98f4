package dev.operatoranalytics.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.database.DatabaseUnavailable;
import dev.operatoranalytics.database.Databases;
import dev.operatoranalytics.database.EmbeddedPostgres;
import dev.operatoranalytics.database.TestDirectory;
import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server with a role for each purpose, made by the scripts of {@code deploy/roles}. */
class RolesTest {
  private static final String OPERATOR = "0x" + "a".repeat(40);

  private static Path directory;
  private static EmbeddedPostgres postgres;
  private static Map<String, String> environment;

  @BeforeAll
  static void createRoles() throws IOException, SQLException {
    directory = TestDirectory.create("roles");
    postgres = EmbeddedPostgres.join(directory, Map.of("fsync", "off", "shared_buffers", "32MB"));
    var events = postgres.database("events_of_others");
    Flyway.configure()
        .dataSource(events.jdbc(), events.user(), events.password())
        .locations("classpath:migrations/events")
        .load()
        .migrate();
    execute(
        events,
        """
        drop table events_owner;
        insert into operator_registered_events (
            id, transaction_hash, log_index, block_number, block_timestamp, operator_id,
            delegation_approver
        )
        values ('0x1-1', '0x1', 1, 20000000, 1718000000, '%s', '0x0000000000000000000000000000000000000000')
        """
            .formatted(OPERATOR));
    runScript("owner", postgres.url());
    runScript("events", events);
    environment =
        Map.of(
            "EVENTS_DB_URL", as("operator_analytics_events", events).withPassword(),
            "ANALYTICS_DB_URL", as("operator_analytics_owner", analytics()).withPassword(),
            "API_DB_URL", as("operator_analytics_api", analytics()).withPassword());
    // the owner creates the tables before the API's role can be granted rights on them
    var first = new HashMap<>(environment);
    first.remove("API_DB_URL");
    var ran = new Commands(first).run("run", "state-update");
    assertThat(ran.exit()).as(ran.err()).isZero();
    runScript("api", analytics());
  }

  @AfterAll
  static void stop() {
    postgres.close();
    TestPostgres.delete(directory);
  }

  @Test
  void the_server_answers_with_a_role_per_purpose() throws Exception {
    try (var databases = Databases.open(directory.resolve("unused"), environment);
        var context = start(databases)) {
      var server = context.getBean(EmbeddedServer.class).start();

      var now = query(server, "{ operators { nodes { address state { isActive } } } }");
      var then =
          query(
              server,
              "{ operator(address: \"%s\", asOf: {block: 20000000}) { state { isActive } } }");

      assertThat(now).contains(OPERATOR).doesNotContain("errors");
      assertThat(then).contains("\"isActive\":false").doesNotContain("errors");
      assertThat(sessions())
          .contains(
              "operator_analytics_api operator-analytics api",
              "operator_analytics_events operator-analytics events");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete from operators",
        "select url from alert_webhook_secrets",
        "create table more ()",
        "update data_version set version = 0"
      })
  void the_role_of_the_api_only_reads(String statement) {
    assertThatThrownBy(() -> execute(as("operator_analytics_api", analytics()), statement))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  void of_several_hosts_the_primary_is_used() throws SQLException {
    var nobody = "127.0.0.1:1," + postgres.url().address();
    var url =
        ConnectionUrl.parse(
            "ANALYTICS_DB_URL",
            postgres.url().withPassword().replace(postgres.url().address(), nobody));

    assertThat(url.address()).isEqualTo(nobody);
    assertThat(url.parameters()).containsExactly("targetServerType=primary");
    try (var connection = url.connect()) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://one,,two/db",
        "postgresql://one:x/db",
        "postgresql:///db",
        "postgresql://one:5432,two:123456/db"
      })
  void unreadable_hosts_are_rejected(String url) {
    assertThatThrownBy(() -> ConnectionUrl.parse("API_DB_URL", url))
        .isInstanceOf(DatabaseUnavailable.class)
        .hasMessageStartingWith("API_DB_URL is not a PostgreSQL URL");
  }

  private static ApplicationContext start(Databases databases) {
    var properties = databases.properties();
    properties.put("micronaut.server.port", -1);
    return ApplicationContext.builder().deduceEnvironment(false).properties(properties).start();
  }

  private static String query(EmbeddedServer server, String document)
      throws IOException, InterruptedException {
    var body = "{\"query\": \"%s\"}".formatted(document.formatted(OPERATOR).replace("\"", "\\\""));
    var request =
        HttpRequest.newBuilder(server.getURI().resolve("/graphql"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static Set<String> sessions() throws SQLException {
    var sessions = new TreeSet<String>();
    try (var connection = postgres.url().connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select usename || ' ' || split_part(application_name, '@', 1)"
                    + " from pg_stat_activity where usename is not null")) {
      while (rows.next()) {
        sessions.add(rows.getString(1));
      }
    }
    return sessions;
  }

  private static ConnectionUrl analytics() {
    return postgres.url().withDatabase("eigenlayer_analytics");
  }

  private static ConnectionUrl as(String role, ConnectionUrl url) {
    return new ConnectionUrl(url.address(), url.database(), role, "change-me", url.parameters());
  }

  private static void runScript(String name, ConnectionUrl url) throws IOException, SQLException {
    var script = Files.readString(Path.of("deploy/roles/" + name + ".sql"));
    for (var statement : script.replaceAll("(?m)^--.*$", "").split(";")) {
      execute(url, statement);
    }
  }

  private static void execute(ConnectionUrl url, String sql) throws SQLException {
    try (var connection = url.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
