package dev.operatoranalytics.cli;

import dev.operatoranalytics.epochs.EpochUpdate;
import dev.operatoranalytics.metadata.MetadataUpdate;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
import dev.operatoranalytics.pipeline.snapshot.DayProgress;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code run state-update|snapshots|analytics|epochs|metadata} */
@Command(
    name = "run",
    description = "Run a job of the pipeline now.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "JOB",
    subcommands = {
      RunCommand.StateUpdateCommand.class,
      RunCommand.SnapshotsCommand.class,
      RunCommand.AnalyticsCommand.class,
      RunCommand.EpochsCommand.class,
      RunCommand.MetadataCommand.class
    })
final class RunCommand {

  /** {@code run snapshots [--date D]} */
  @Command(
      name = "snapshots",
      description = "Take days: a given one, or yesterday and whatever went stale.",
      mixinStandardHelpOptions = true)
  static final class SnapshotsCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();

    @Option(
        names = "--date",
        paramLabel = "D",
        description = "UTC day, as 2026-01-22, also one that was taken before")
    private @Nullable LocalDate date;

    @Override
    public Integer call() throws Exception {
      try (var session = options.open();
          var progress = new ProgressLine("snapshots", "days")) {
        var snapshots = session.bean(Snapshots.class);
        DayProgress shown = (days, of) -> progress.at(days, (double) days / of);
        return DayOutcome.tell(
            date == null
                ? snapshots.run(Run.Trigger.COMMAND, shown)
                : snapshots.run(date, date, Reprocess.ALL, Run.Trigger.COMMAND, shown));
      }
    }
  }

  /** {@code run analytics [--date D]} */
  @Command(
      name = "analytics",
      description = "Analyse days: a given one, or yesterday and whatever went stale.",
      mixinStandardHelpOptions = true)
  static final class AnalyticsCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();

    @Option(
        names = "--date",
        paramLabel = "D",
        description = "UTC day, as 2026-01-22, also one that was analysed before")
    private @Nullable LocalDate date;

    @Override
    public Integer call() throws Exception {
      try (var session = options.open();
          var progress = new ProgressLine("analytics", "days")) {
        var analytics = session.bean(Analytics.class);
        DayProgress shown = (days, of) -> progress.at(days, (double) days / of);
        return DayOutcome.tell(
            date == null
                ? analytics.run(Run.Trigger.COMMAND, shown)
                : analytics.run(date, date, Reprocess.ALL, Run.Trigger.COMMAND, shown));
      }
    }
  }

  /** {@code run epochs} */
  @Command(
      name = "epochs",
      description = "Take in what is new in the source that EPOCHS_SOURCE names.",
      mixinStandardHelpOptions = true)
  static final class EpochsCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();

    @Override
    public Integer call() throws Exception {
      var start = System.nanoTime();
      try (var session = options.open();
          var progress = new ProgressLine("epochs", "documents")) {
        var result = session.bean(EpochUpdate.class).run(progress::at, System.err::println);
        EpochsImporter.tell("epochs", result, (System.nanoTime() - start) / 1e9);
        return result.rejected() + result.issues() == 0
            ? OperatorAnalytics.DONE
            : OperatorAnalytics.REJECTS;
      } catch (EpochUpdate.NotRun e) {
        throw new CommandFailed(String.valueOf(e.getMessage()));
      }
    }
  }

  /** {@code run metadata} */
  @Command(
      name = "metadata",
      description = "Fetch what operators and AVSs publish of themselves, as far as it is due.",
      mixinStandardHelpOptions = true)
  static final class MetadataCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();

    @Override
    public Integer call() throws Exception {
      try (var session = options.open()) {
        var result =
            session
                .bean(MetadataUpdate.class)
                .run(System.err::println)
                .orElseThrow(
                    () ->
                        new CommandFailed(
                            "Another run of metadata is under way; try again when it has ended"));
        System.out.printf(
            "metadata: fetched=%d changed=%d failed=%d%n",
            result.fetched(), result.changed(), result.failed());
        return result.failed() == 0 ? OperatorAnalytics.DONE : OperatorAnalytics.REJECTS;
      }
    }
  }

  /** {@code run state-update [--full]} */
  @Command(
      name = "state-update",
      description = "Rebuild the operators that changed, and value them.",
      mixinStandardHelpOptions = true)
  static final class StateUpdateCommand implements Callable<Integer> {
    @Mixin private Session.Options options = new Session.Options();

    @Option(names = "--full", description = "rebuild every operator, changed or not")
    private boolean full;

    @Override
    public Integer call() throws Exception {
      try (var session = options.open()) {
        return run(session, full, Run.Trigger.COMMAND);
      }
    }

    static int run(Session session, boolean full, Run.Trigger trigger) throws Exception {
      try (var progress = new ProgressLine("state-update", "operators")) {
        var result =
            session
                .bean(StateUpdate.class)
                .run(full, trigger, (done, of) -> progress.at(done, (double) done / of));
        return switch (result) {
          case StateUpdate.Result.Updated updated -> tell(updated);
          case StateUpdate.Result.AlreadyRunning() -> {
            System.err.println("Another state-update is under way; try again when it has ended");
            yield OperatorAnalytics.FAILED;
          }
        };
      }
    }

    private static int tell(StateUpdate.Result.Updated updated) {
      System.out.printf(
          Locale.ROOT,
          "run=%d operators=%d inserted=%d updated=%d deleted=%d unchanged=%d failed=%d"
              + " took=%.1fs%n",
          updated.runId(),
          updated.operators(),
          updated.rows().inserted(),
          updated.rows().updated(),
          updated.rows().deleted(),
          updated.rows().unchanged(),
          updated.failed().size(),
          updated.took().toMillis() / 1e3);
      updated
          .drifted()
          .forEach(o -> System.err.println("differed though nothing was heard of it: " + o));
      updated.failed().forEach(o -> System.err.println("not rebuilt, will be tried again: " + o));
      return updated.failed().isEmpty() ? OperatorAnalytics.DONE : OperatorAnalytics.FAILED;
    }
  }
}
