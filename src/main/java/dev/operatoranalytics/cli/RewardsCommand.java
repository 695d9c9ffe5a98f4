package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.RewardsVerification;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rewards verify} */
@Command(
    name = "rewards",
    description = "Verify computed rewards.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "verify",
    subcommands = RewardsCommand.VerifyCommand.class)
final class RewardsCommand {

  /** {@code rewards verify --root N [--json]} */
  @Command(
      name = "verify",
      description = "Compare the claim tree of the computed rewards with a root on chain.",
      mixinStandardHelpOptions = true,
      footerHeading = "%n",
      footer = {
        "Exits with 1 when they differ. With the published amounts of the root (import rewards) it",
        "names the first earner that differs.",
        "",
        "Example:",
        "  ./operator-analytics rewards verify --root 120"
      })
  static final class VerifyCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Option(
        names = "--root",
        paramLabel = "N",
        required = true,
        description = "index of the root, counted from 0")
    private long root;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws Exception {
      try (var session = options.openCurrent();
          var state = session.state()) {
        var result =
            RewardsVerification.of(state, root)
                .orElseThrow(() -> new CommandFailed("there is no root " + root));
        output.print(facts(result), () -> print(result));
        return result.isEqual() ? OperatorAnalytics.DONE : OperatorAnalytics.FAILED;
      }
    }

    private static Map<String, @Nullable Object> facts(RewardsVerification result) {
      var facts = new LinkedHashMap<String, @Nullable Object>();
      facts.put("root", result.rootIndex());
      facts.put("untilDate", result.untilDate().toString());
      facts.put("isEqual", result.isEqual());
      facts.put("expected", result.expected());
      facts.put("computed", result.computed());
      facts.put("published", result.published());
      facts.put("earners", result.earners());
      var difference = result.difference();
      facts.put("differingEarner", difference == null ? null : difference.earner());
      facts.put("differingToken", difference == null ? null : difference.token());
      facts.put("computedAmount", difference == null ? null : text(difference.computed()));
      facts.put("publishedAmount", difference == null ? null : text(difference.published()));
      facts.put("hint", result.hint());
      return facts;
    }

    private static @Nullable String text(@Nullable Object amount) {
      return amount == null ? null : amount.toString();
    }

    private static void print(RewardsVerification result) {
      System.out.printf(
          "root %d, days before %s: %s, %d earners%n  on chain  %s%n  computed  %s%n",
          result.rootIndex(),
          result.untilDate(),
          result.isEqual() ? "EQUAL" : "DIFFERENT",
          result.earners(),
          result.expected(),
          result.computed());
      if (result.published() != null) {
        System.out.printf("  published %s%n", result.published());
      }
      var difference = result.difference();
      if (difference != null) {
        System.out.printf(
            "  first difference: earner %s token %s: computed %s, published %s%n",
            difference.earner(), difference.token(), difference.computed(), difference.published());
      }
      var hint = result.hint();
      if (hint != null) {
        System.out.println("  " + hint);
      }
    }
  }
}
