package dev.operatoranalytics.cli;

import dev.operatoranalytics.pipeline.schedule.Scheduler;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code schedules pause|resume NAME} */
@Command(
    name = "schedules",
    description = "Pause and resume schedules.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "pause|resume",
    subcommands = {SchedulesCommand.PauseCommand.class, SchedulesCommand.ResumeCommand.class})
final class SchedulesCommand {
  private static final String SCHEDULES =
      "state-update, snapshots, analytics, epochs, metadata, prices or restaked-strategies";

  /** {@code schedules pause NAME} */
  @Command(
      name = "pause",
      description = "Pause a schedule on all servers.",
      mixinStandardHelpOptions = true)
  static final class PauseCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Parameters(paramLabel = "NAME", description = SCHEDULES)
    private String name = "";

    @Override
    public Integer call() throws Exception {
      return setEnabled(options, name, false);
    }
  }

  /** {@code schedules resume NAME} */
  @Command(
      name = "resume",
      description = "Resume a schedule; it runs once for what it missed.",
      mixinStandardHelpOptions = true)
  static final class ResumeCommand implements Callable<Integer> {
    @Mixin private SessionOptions options = new SessionOptions();

    @Parameters(paramLabel = "NAME", description = SCHEDULES)
    private String name = "";

    @Override
    public Integer call() throws Exception {
      return setEnabled(options, name, true);
    }
  }

  private static int setEnabled(SessionOptions options, String name, boolean isEnabled)
      throws Exception {
    try (var session = options.openCurrent()) {
      var scheduler = session.bean(Scheduler.class);
      if (!scheduler.setEnabled(name, isEnabled)) {
        throw new CommandFailed(
            "There is no schedule "
                + name
                + "; expected one of "
                + String.join(", ", scheduler.names()));
      }
      System.out.println(name + (isEnabled ? " is enabled" : " is paused"));
      return OperatorAnalytics.DONE;
    }
  }
}
