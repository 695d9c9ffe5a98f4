package dev.operatoranalytics.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;

/** Runs commands in this process as a user types them. */
record Commands(Map<String, String> environment) {

  /** The exit code and the output of a command. */
  record Ran(int exit, String out, String err) {
    JsonNode json() throws IOException {
      return JsonMapper.createDefault().readValue(out, JsonNode.class);
    }
  }

  Ran run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var before = System.out;
    var errBefore = System.err;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      var exit =
          OperatorAnalytics.commandLine(environment)
              .setErr(new PrintWriter(err, true, UTF_8))
              .execute(arguments);
      return new Ran(exit, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(before);
      System.setErr(errBefore);
    }
  }
}
