package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Days;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backfill snapshots|analytics --from D --to D} */
@Command(
    name = "backfill",
    description =
        "Compute the missing days of a range. It can be stopped and continued at any time.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "snapshots|analytics")
final class BackfillCommand {

  /** The range of days to compute. */
  static final class BackfillRange {
    @Option(names = "--from", paramLabel = "D", required = true, description = "first UTC day")
    private LocalDate from = LocalDate.EPOCH;

    @Option(names = "--to", paramLabel = "D", required = true, description = "last UTC day")
    private LocalDate to = LocalDate.EPOCH;

    @Option(
        names = "--reprocess",
        description =
            "missing: missing and stale days (default); failed: also failed days; all: every day",
        defaultValue = "missing")
    private Plan.Reprocess reprocess = Plan.Reprocess.MISSING;

    @Option(names = "--dry-run", description = "only list the days that would be computed")
    private boolean dryRun;
  }

  @Command(
      name = "snapshots",
      description = "Write snapshots of days as of their end.",
      mixinStandardHelpOptions = true)
  int snapshots(@Mixin SessionOptions options, @Mixin BackfillRange range, @Mixin Output output)
      throws Exception {
    return backfill(Snapshots.class, options, range, output);
  }

  @Command(
      name = "analytics",
      description = "Compute the analytics of days that have snapshots.",
      mixinStandardHelpOptions = true)
  int analytics(@Mixin SessionOptions options, @Mixin BackfillRange range, @Mixin Output output)
      throws Exception {
    return backfill(DailyAnalytics.class, options, range, output);
  }

  private static int backfill(
      Class<? extends Days> job, SessionOptions options, BackfillRange range, Output output)
      throws Exception {
    if (range.to.isBefore(range.from)) {
      throw new CommandFailed("--to %s is before --from %s".formatted(range.to, range.from));
    }
    try (var session = options.openWithEvents()) {
      var days = session.bean(job);
      if (range.dryRun) {
        var plan = days.plan(range.from, range.to, range.reprocess);
        var planned = plan.days().stream().map(LocalDate::toString).toList();
        var waiting = plan.waiting() == null ? null : plan.waiting().message();
        var facts = new LinkedHashMap<String, @Nullable Object>();
        facts.put("days", planned);
        facts.put("waiting", waiting);
        output.print(
            facts,
            () -> {
              System.out.println(planned.size() + " days would be computed");
              planned.forEach(System.out::println);
              if (waiting != null) {
                System.err.println(waiting);
              }
            });
        return OperatorAnalytics.DONE;
      }
      var result =
          session
              .bean(GracefulShutdown.class)
              .call(
                  "stopped; run the same command to continue",
                  () -> runDays(days, range.from, range.to, range.reprocess));
      var outcome = new DayOutcome(result);
      var coverage = days.coverage(range.from, range.to);
      var facts = outcome.facts();
      facts.put("coverage", facts(coverage));
      output.print(
          facts,
          () -> {
            outcome.print();
            print(days.job(), coverage);
          });
      return outcome.exitCode();
    }
  }

  private static DayResult runDays(
      Days days, LocalDate from, LocalDate to, Plan.Reprocess reprocess) throws SQLException {
    try (var progress = new ProgressLine(days.job(), "days")) {
      return days.run(
          from,
          to,
          reprocess,
          Run.Trigger.COMMAND,
          (done, of) -> progress.update(done, (double) done / of));
    }
  }

  private static Map<String, @Nullable Object> facts(Plan.Coverage coverage) {
    var facts = new LinkedHashMap<String, @Nullable Object>();
    facts.put("from", coverage.from().toString());
    facts.put("to", coverage.to().toString());
    facts.put("done", coverage.done());
    facts.put("stale", coverage.stale());
    facts.put("failed", coverage.failed());
    facts.put("missing", coverage.missing());
    return facts;
  }

  private static void print(String job, Plan.Coverage coverage) {
    System.out.printf(
        Locale.ROOT,
        "%s from %s to %s: done=%d stale=%d failed=%d missing=%d%n",
        job,
        coverage.from(),
        coverage.to(),
        coverage.done(),
        coverage.stale(),
        coverage.failed(),
        coverage.missing());
  }
}
