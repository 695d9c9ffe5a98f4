package dev.operatoranalytics.cli;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Prints the outcome of a command as text, or as one JSON value. */
final class Output {
  @Option(names = "--json", description = "print one JSON value")
  private boolean json;

  void print(Object value, Runnable asText) throws IOException {
    if (json) {
      System.out.println(JsonMapper.createDefault().writeValueAsString(value));
    } else {
      asText.run();
    }
  }
}
