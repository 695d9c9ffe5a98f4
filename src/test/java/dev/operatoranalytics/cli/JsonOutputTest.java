package dev.operatoranalytics.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.Application;
import dev.operatoranalytics.database.TestPostgres;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With {@code LOGGING_FORMAT=json}, each line of a server is a JSON object. */
@Tag("slow")
@Timeout(120)
class JsonOutputTest {

  @Test
  void each_line_from_the_first_to_the_last_is_json() throws Exception {
    var server = start("serve", "--port", "0");
    var lines = new ArrayList<String>();
    try (var reader = server.inputReader(UTF_8)) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.contains("Press Ctrl-C")) {
          // Process.destroy closes the output, too
          server.toHandle().destroy();
        }
      }
    } finally {
      server.destroyForcibly();
    }

    assertThat(objects(lines))
        .extracting(line -> line.get("formattedMessage").getStringValue())
        .contains("Operator Analytics is running.", "Press Ctrl-C to stop.");
  }

  @Test
  void the_reason_of_a_failed_start_is_an_error_in_json() throws Exception {
    try (var used = new ServerSocket(0)) {
      var server =
          start("serve", "--host", "0.0.0.0", "--port", Integer.toString(used.getLocalPort()));
      List<String> lines;
      try (var reader = server.inputReader(UTF_8)) {
        lines = reader.lines().toList();
      }

      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isEqualTo(OperatorAnalytics.FAILED);
      assertThat(objects(lines))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.get("level").getStringValue()).isEqualTo("ERROR");
                assertThat(line.get("formattedMessage").getStringValue())
                    .startsWith("Cannot listen on 0.0.0.0:");
              });
    }
  }

  private static Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // the flags of the launcher that keep the JVM from printing warnings of its own
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            // not that of the tests
            "-Dlogback.configurationFile=logback.xml",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Application.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LOGGING_FORMAT", "json");
    builder.environment().put("EVENTS_DB_URL", TestPostgres.fresh("events").withPassword());
    builder.environment().put("ANALYTICS_DB_URL", TestPostgres.fresh("analytics").withPassword());
    return builder.start();
  }

  private static List<JsonNode> objects(List<String> lines) {
    return lines.stream()
        .map(
            line -> {
              try {
                return JsonMapper.createDefault().readValue(line, JsonNode.class);
              } catch (IOException e) {
                throw new AssertionError("not JSON:  " + line, e);
              }
            })
        .toList();
  }
}
