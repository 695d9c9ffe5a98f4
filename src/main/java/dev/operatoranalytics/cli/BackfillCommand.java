package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backfill snapshots|analytics --from D --to D} */
@Command(
    name = "backfill",
    description = "Take the days of a range that are not there yet; stop and go on at any time.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "snapshots|analytics",
    subcommands = {BackfillCommand.SnapshotsCommand.class, BackfillCommand.AnalyticsCommand.class})
final class BackfillCommand {

  /** Which days. */
  static final class Range {
    @Option(names = "--from", paramLabel = "D", required = true, description = "first UTC day")
    private LocalDate from = LocalDate.EPOCH;

    @Option(names = "--to", paramLabel = "D", required = true, description = "last UTC day")
    private LocalDate to = LocalDate.EPOCH;

    @Option(
        names = "--reprocess",
        description =
            "missing: what is missing or stale (default); failed: what failed, too; all: every day",
        defaultValue = "missing")
    private Plan.Reprocess reprocess = Plan.Reprocess.MISSING;

    @Option(names = "--dry-run", description = "only tell which days would be taken")
    private boolean dryRun;

    private void check() {
      if (to.isBefore(from)) {
        throw new CommandFailed("--to %s is before --from %s".formatted(to, from));
      }
    }

    private int tell(Plan plan) {
      var days = plan.days();
      System.out.println(days.size() + " days would be taken");
      days.forEach(System.out::println);
      return OperatorAnalytics.DONE;
    }
  }

  /** {@code backfill snapshots} */
  @Command(
      name = "snapshots",
      description = "Take days as they were at their end.",
      mixinStandardHelpOptions = true)
  static final class SnapshotsCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();
    @Mixin private Range range = new Range();

    @Override
    public Integer call() throws Exception {
      range.check();
      try (var session = options.open();
          var progress = new ProgressLine("snapshots", "days")) {
        var snapshots = session.bean(Snapshots.class);
        if (range.dryRun) {
          return range.tell(snapshots.plan(range.from, range.to, range.reprocess));
        }
        var code =
            DayOutcome.tell(
                snapshots.run(
                    range.from,
                    range.to,
                    range.reprocess,
                    Run.Trigger.COMMAND,
                    (days, of) -> progress.at(days, (double) days / of)));
        tellCoverage("snapshots", snapshots.coverage(range.from, range.to));
        return code;
      }
    }
  }

  /** {@code backfill analytics} */
  @Command(
      name = "analytics",
      description = "Analyse days of which there are snapshots.",
      mixinStandardHelpOptions = true)
  static final class AnalyticsCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();
    @Mixin private Range range = new Range();

    @Override
    public Integer call() throws Exception {
      range.check();
      try (var session = options.open();
          var progress = new ProgressLine("analytics", "days")) {
        var analytics = session.bean(Analytics.class);
        if (range.dryRun) {
          return range.tell(analytics.plan(range.from, range.to, range.reprocess));
        }
        var code =
            DayOutcome.tell(
                analytics.run(
                    range.from,
                    range.to,
                    range.reprocess,
                    Run.Trigger.COMMAND,
                    (days, of) -> progress.at(days, (double) days / of)));
        tellCoverage("analytics", analytics.coverage(range.from, range.to));
        return code;
      }
    }
  }

  private static void tellCoverage(String what, Plan.Coverage coverage) {
    System.out.printf(
        Locale.ROOT,
        "%s from %s to %s: done=%d stale=%d failed=%d missing=%d%n",
        what,
        coverage.from(),
        coverage.to(),
        coverage.done(),
        coverage.stale(),
        coverage.failed(),
        coverage.missing());
  }
}
