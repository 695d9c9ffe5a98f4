package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.epochs.EpochUpdate;
import dev.operatoranalytics.epochs.SourceFailed;
import dev.operatoranalytics.metadata.MetadataUpdate;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.StateUpdateResult;
import dev.operatoranalytics.pipeline.snapshot.DailyAnalytics;
import dev.operatoranalytics.pipeline.snapshot.DayProgress;
import dev.operatoranalytics.pipeline.snapshot.DayResult;
import dev.operatoranalytics.pipeline.snapshot.Days;
import dev.operatoranalytics.pipeline.snapshot.Plan.Reprocess;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import java.sql.SQLException;
import java.time.LocalDate;
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
      RunCommand.RunStateUpdateCommand.class,
      RunCommand.RunEpochsCommand.class,
      RunCommand.RunMetadataCommand.class
    })
final class RunCommand {

  @Command(
      name = "snapshots",
      description = "Write snapshots of one day, or of yesterday and stale days.",
      mixinStandardHelpOptions = true)
  int snapshots(@Mixin SessionOptions options, @Mixin DayOption day, @Mixin Output output)
      throws Exception {
    return runDays(Snapshots.class, options, day, output);
  }

  @Command(
      name = "analytics",
      description = "Compute the analytics of one day, or of yesterday and stale days.",
      mixinStandardHelpOptions = true)
  int analytics(@Mixin SessionOptions options, @Mixin DayOption day, @Mixin Output output)
      throws Exception {
    return runDays(DailyAnalytics.class, options, day, output);
  }

  /** The day to compute. */
  static final class DayOption {
    @Option(
        names = "--date",
        paramLabel = "D",
        description = "UTC day such as 2026-01-22; an existing day is computed again")
    private @Nullable LocalDate date;
  }

  private static int runDays(
      Class<? extends Days> job, SessionOptions options, DayOption day, Output output)
      throws Exception {
    try (var session = options.openWithEvents()) {
      var result =
          session
              .bean(GracefulShutdown.class)
              .call(
                  "stopped; the next run computes the missing days",
                  () -> runDays(session.bean(job), day.date));
      var outcome = new DayOutcome(result);
      output.print(outcome.facts(), outcome::print);
      return outcome.exitCode();
    }
  }

  private static DayResult runDays(Days days, @Nullable LocalDate date) throws SQLException {
    try (var progress = new ProgressLine(days.job(), "days")) {
      DayProgress shown = (done, of) -> progress.update(done, (double) done / of);
      return date == null
          ? days.run(Run.Trigger.COMMAND, shown)
          : days.run(date, date, Reprocess.ALL, Run.Trigger.COMMAND, shown);
    }
  }

  /** {@code run epochs} */
  @Command(
      name = "epochs",
      description = "Import new epochs from the source that EPOCHS_SOURCE names.",
      mixinStandardHelpOptions = true)
  static final class RunEpochsCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Override
    public Integer call() throws Exception {
      var start = System.nanoTime();
      try (var session = options.open();
          var progress = new ProgressLine("epochs", "documents")) {
        var result =
            session
                .bean(EpochUpdate.class)
                .run(Run.Trigger.COMMAND, progress::update, System.err::println);
        EpochsImporter.report("epochs", result, (System.nanoTime() - start) / 1e9);
        return result.rejected() + result.issues() == 0
            ? OperatorAnalytics.DONE
            : OperatorAnalytics.REJECTS;
      } catch (SourceFailed e) {
        EpochsImporter.report("epochs", e.imported(), (System.nanoTime() - start) / 1e9);
        throw e;
      } catch (EpochUpdate.EpochUpdateSkipped e) {
        throw new CommandFailed(String.valueOf(e.getMessage()));
      }
    }
  }

  /** {@code run metadata} */
  @Command(
      name = "metadata",
      description = "Fetch the metadata documents of operators and AVSs that are due.",
      mixinStandardHelpOptions = true)
  static final class RunMetadataCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Override
    public Integer call() throws Exception {
      try (var session = options.openWithEvents()) {
        var result =
            session
                .bean(MetadataUpdate.class)
                .run(System.err::println)
                .orElseThrow(
                    () ->
                        new CommandFailed(
                            "Another run of metadata is in progress; try again when it has ended"));
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
      description = "Rebuild and value the operators that changed.",
      mixinStandardHelpOptions = true)
  static final class RunStateUpdateCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Option(names = "--full", description = "rebuild every operator, even unchanged ones")
    private boolean full;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws Exception {
      try (var session = options.openWithEvents()) {
        var result =
            session
                .bean(GracefulShutdown.class)
                .call(
                    "stopped; the next run rebuilds the remaining operators",
                    () -> run(session, full, Run.Trigger.COMMAND));
        var outcome = new StateOutcome(result);
        output.print(outcome.facts(), outcome::print);
        return outcome.exitCode();
      }
    }

    static StateUpdateResult run(Session session, boolean full, Run.Trigger trigger)
        throws SQLException {
      try (var progress = new ProgressLine("state-update", "operators")) {
        return session
            .bean(StateUpdate.class)
            .run(full, trigger, (done, of) -> progress.update(done, (double) done / of));
      }
    }
  }
}
