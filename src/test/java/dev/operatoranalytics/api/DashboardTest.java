package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documents of docs/queries cost; one statement of each reads the data version. */
class DashboardTest {
  private static final Path QUERIES = Path.of("docs/queries");

  @RegisterExtension static final DemoServer server = new DemoServer();

  @BeforeAll
  static void takeDays() throws Exception {
    server.tables().takeDays(LocalDate.parse("2026-01-13"), LocalDate.parse("2026-01-21"));
  }

  @ParameterizedTest
  @CsvSource({
    "operator-page, 25",
    "operators-table, 4",
    "operator-delegators, 7",
    "comparison, 12",
    "leaderboard, 6",
    "strategy-page, 5",
    "avs-page, 10",
    "epochs-chart, 11",
    "network-history, 5",
    "pipeline-status, 19"
  })
  void a_document_takes_a_statement_a_list_and_level(String name, int statements) throws Exception {
    var document = Files.readString(QUERIES.resolve(name + ".graphql"));
    server.statements();

    var answer = server.query(document);

    assertThat(answer.get("errors")).isNull();
    assertThat(server.statements()).hasSize(statements);
  }

  @Test
  void graphiql_offers_every_document() throws Exception {
    var examples = server.json(server.get("/graphiql/examples"));

    try (var files = Files.list(QUERIES)) {
      var documents = files.filter(file -> file.toString().endsWith(".graphql")).toList();
      assertThat(examples.size()).isEqualTo(documents.size());
      for (var file : documents) {
        var name = file.getFileName().toString().replace(".graphql", "");
        assertThat(examples.get(name).getStringValue()).isEqualTo(Files.readString(file));
      }
    }
  }
}
