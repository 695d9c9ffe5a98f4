package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The statements of the documents in docs/queries. */
@Tag("slow")
class DashboardTest {
  private static final Path QUERIES = Path.of("docs/queries");

  @RegisterExtension static final DemoServer server = new DemoServer();

  @BeforeAll
  static void takeDays() throws Exception {
    server.tables().takeDays(LocalDate.parse("2026-01-13"), LocalDate.parse("2026-01-21"));
  }

  @ParameterizedTest
  @CsvSource({
    "operator-page, 1",
    "operators-table, 2",
    "operator-delegators, 1",
    "comparison, 1",
    "leaderboard, 3",
    "strategy-page, 1",
    "avs-page, 1",
    "network-history, 1",
    "pipeline-status, 1"
  })
  void a_document_sends_one_statement_per_root_field_in_one_round_trip(String name, int rootFields)
      throws Exception {
    var document = Files.readString(QUERIES.resolve(name + ".graphql"));
    server.statements();

    var answer = server.query(document);

    assertThat(answer.get("errors")).isNull();
    assertThat(server.statements())
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent).startsWith("select\n    version");
              assertThat(sent.split(";\n")).hasSize(1 + rootFields);
            });
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
