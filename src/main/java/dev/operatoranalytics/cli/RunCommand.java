package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.GracefulShutdown;
import dev.operatoranalytics.epochs.EpochUpdate;
import dev.operatoranalytics.epochs.SourceFailed;
import dev.operatoranalytics.metadata.MetadataUpdate;
import dev.operatoranalytics.pipeline.Run;
import dev.operatoranalytics.pipeline.StateUpdate;
import dev.operatoranalytics.pipeline.StateUpdateResult;
import dev.operatoranalytics.pipeline.snapshot.Analytics;
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
      RunCommand.StateUpdateCommand.class,
      RunCommand.EpochsCommand.class,
      RunCommand.MetadataCommand.class
    })
final class RunCommand {

  @Command(
      name = "snapshots",
      description = "Take days: a given one, or yesterday and whatever went stale.",
      mixinStandardHelpOptions = true)
  int snapshots(@Mixin Session.Options options, @Mixin Day day, @Mixin Output output)
      throws Exception {
    return take(Snapshots.class, options, day, output);
  }

  @Command(
      name = "analytics",
      description = "Analyse days: a given one, or yesterday and whatever went stale.",
      mixinStandardHelpOptions = true)
  int analytics(@Mixin Session.Options options, @Mixin Day day, @Mixin Output output)
      throws Exception {
    return take(Analytics.class, options, day, output);
  }

  /** Which day. */
  static final class Day {
    @Option(
        names = "--date",
        paramLabel = "D",
        description = "UTC day, as 2026-01-22, also one that was taken before")
    private @Nullable LocalDate date;
  }

  private static int take(
      Class<? extends Days> job, Session.Options options, Day day, Output output) throws Exception {
    try (var session = options.openWithEvents()) {
      var result =
          session
              .bean(GracefulShutdown.class)
              .ask(
                  "stopped; what is missing is taken by the next run",
                  () -> take(session.bean(job), day.date));
      var outcome = new DayOutcome(result);
      output.tell(outcome.facts(), outcome::print);
      return outcome.exitCode();
    }
  }

  private static DayResult take(Days days, @Nullable LocalDate date) throws SQLException {
    try (var progress = new ProgressLine(days.job(), "days")) {
      DayProgress shown = (done, of) -> progress.at(done, (double) done / of);
      return date == null
          ? days.run(Run.Trigger.COMMAND, shown)
          : days.run(date, date, Reprocess.ALL, Run.Trigger.COMMAND, shown);
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
        var result =
            session
                .bean(EpochUpdate.class)
                .run(Run.Trigger.COMMAND, progress::at, System.err::println);
        EpochsImporter.tell("epochs", result, (System.nanoTime() - start) / 1e9);
        return result.rejected() + result.issues() == 0
            ? OperatorAnalytics.DONE
            : OperatorAnalytics.REJECTS;
      } catch (SourceFailed e) {
        EpochsImporter.tell("epochs", e.taken(), (System.nanoTime() - start) / 1e9);
        throw e;
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
      try (var session = options.openWithEvents()) {
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

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws Exception {
      try (var session = options.openWithEvents()) {
        var result =
            session
                .bean(GracefulShutdown.class)
                .ask(
                    "stopped; what is missing is rebuilt by the next run",
                    () -> run(session, full, Run.Trigger.COMMAND));
        var outcome = new StateOutcome(result);
        output.tell(outcome.facts(), outcome::print);
        return outcome.exitCode();
      }
    }

    static StateUpdateResult run(Session session, boolean full, Run.Trigger trigger)
        throws SQLException {
      try (var progress = new ProgressLine("state-update", "operators")) {
        return session
            .bean(StateUpdate.class)
            .run(full, trigger, (done, of) -> progress.at(done, (double) done / of));
      }
    }
  }
}
