package dev.operatoranalytics.cli;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import picocli.CommandLine.Option;

/** What came of a command: words for people, or one JSON value for machines. */
final class Output {
  @Option(names = "--json", description = "for machines: one JSON value on standard output")
  private boolean json;

  void print(Object value, Runnable asText) throws IOException {
    if (json) {
      System.out.println(JsonMapper.createDefault().writeValueAsString(value));
    } else {
      asText.run();
    }
  }
}
