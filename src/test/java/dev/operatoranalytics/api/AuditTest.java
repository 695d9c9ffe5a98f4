package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the public audits of GraphQL over HTTP where Node and the audits are installed. */
@EnabledIf(
    value = "isInstalled",
    disabledReason = "npm ci --ignore-scripts --prefix src/test/node installs the audits")
@Tag("slow")
class AuditTest {
  private static final Path NODE = Path.of("src/test/node");

  @RegisterExtension static final DemoServer server = new DemoServer();

  static boolean isInstalled() {
    return Files.exists(NODE.resolve("node_modules/graphql-http"));
  }

  @Test
  void every_audit_passes(@TempDir Path directory) throws Exception {
    var log = directory.resolve("audits");
    var audits =
        new ProcessBuilder("node", NODE.resolve("audit.mjs").toString(), server.uri() + "/graphql")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(audits.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log)).contains("61 of 61");
    assertThat(audits.exitValue()).isZero();
  }
}
