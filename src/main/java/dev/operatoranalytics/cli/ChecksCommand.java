package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.Check;
import dev.operatoranalytics.pipeline.Checks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code checks run} */
@Command(
    name = "checks",
    description = "Check the tables that the pipeline wrote.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "run",
    subcommands = ChecksCommand.RunChecksCommand.class)
final class ChecksCommand {

  /** {@code checks run [--json]} */
  @Command(
      name = "run",
      description = "Run every check now and print the rows that break a rule.",
      mixinStandardHelpOptions = true)
  static final class RunChecksCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws Exception {
      try (var session = options.openCurrent()) {
        var results = session.bean(Checks.class).run();
        output.print(
            results.stream().map(RunChecksCommand::facts).toList(),
            () -> results.forEach(RunChecksCommand::print));
        return results.stream().anyMatch(Check.Result::isError)
            ? OperatorAnalytics.FAILED
            : OperatorAnalytics.DONE;
      }
    }

    private static Map<String, @Nullable Object> facts(Check.Result result) {
      var facts = new LinkedHashMap<String, @Nullable Object>();
      facts.put("name", result.check().name());
      facts.put("asset", result.check().asset());
      facts.put("severity", result.check().severity().name());
      facts.put("isBlocking", result.check().isBlocking());
      facts.put("status", result.status().name());
      facts.put("failingRows", result.failingRows());
      facts.put("sample", List.copyOf(result.sample()));
      return facts;
    }

    private static void print(Check.Result result) {
      var rows = result.failingRows();
      System.out.printf(
          "%-10s %-8s %-40s %s%n",
          result.status(),
          result.check().severity(),
          result.check().name(),
          rows == null || rows == 0 ? "" : rows + " rows");
      result.sample().forEach(row -> System.out.println("    " + row));
    }
  }
}
