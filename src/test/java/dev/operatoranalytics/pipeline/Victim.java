package dev.operatoranalytics.pipeline;

import dev.operatoranalytics.database.ConnectionUrl;
import dev.operatoranalytics.pipeline.snapshot.Plan;
import dev.operatoranalytics.pipeline.snapshot.Snapshots;
import io.micronaut.jdbc.DataSourceResolver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A separate process that runs state-update once. It halts at a phase until it is resumed or
 * killed.
 */
final class Victim implements AutoCloseable {
  private static final String LOCKED = "locked";
  private static final String HALTED = "halted";
  private static final String BACKFILL = "BACKFILL";

  private final Process process;
  private final BufferedReader said;

  private Victim(Process process) {
    this.process = process;
    this.said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param occurrence number of the time at which it reaches the phase
   */
  static Victim start(Tables tables, RunPhase phase, int occurrence, int parallelBatches)
      throws IOException {
    return start(
        tables, phase.name(), Integer.toString(occurrence), Integer.toString(parallelBatches));
  }

  /** A process that takes days and halts after a number of them. */
  static Victim backfill(Tables tables, LocalDate from, LocalDate to, int days) throws IOException {
    return start(tables, BACKFILL, from.toString(), to.toString(), Integer.toString(days));
  }

  private static Victim start(Tables tables, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    put(builder, "EVENTS", tables.eventsUrl());
    put(builder, "STATE", tables.stateUrl());
    return new Victim(builder.start());
  }

  private static void put(ProcessBuilder builder, String name, ConnectionUrl url) {
    builder.environment().put(name + "_JDBC", url.jdbc());
    builder.environment().put(name + "_USER", url.user());
    builder.environment().put(name + "_PASSWORD", url.password());
  }

  boolean isLocked() throws IOException {
    return LOCKED.equals(said.readLine());
  }

  /** Whether it reached its phase before it ended. */
  boolean isHalted() throws IOException {
    return HALTED.equals(said.readLine());
  }

  /** Kills the process like {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void stop() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Resumes the process from its phase. */
  int wake() throws IOException, InterruptedException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    signal("CONT");
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not end");
    }
    return process.exitValue();
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) throws SQLException {
    if (arguments[0].equals(BACKFILL)) {
      backfill(
          LocalDate.parse(arguments[1]),
          LocalDate.parse(arguments[2]),
          Integer.parseInt(arguments[3]));
      return;
    }
    var phase = RunPhase.valueOf(arguments[0]);
    var settings = Tables.settings(60, 2, Integer.parseInt(arguments[2]), 0);
    stateUpdate(settings)
        .run(false, Run.Trigger.COMMAND, new Halting(phase, Integer.parseInt(arguments[1])));
  }

  private static void backfill(LocalDate from, LocalDate to, int until) throws SQLException {
    var settings = Tables.settings(60, 3, 2, 0);
    new Snapshots(
            source("EVENTS"),
            source("STATE"),
            DataSourceResolver.DEFAULT,
            stateUpdate(settings),
            settings,
            Clock.fixed(Tables.NOW, ZoneOffset.UTC))
        .run(
            from,
            to,
            Plan.Reprocess.MISSING,
            Run.Trigger.COMMAND,
            (days, of) -> {
              if (days == until) {
                halt();
              }
            });
  }

  private static StateUpdate stateUpdate(PipelineSettings settings) {
    return new StateUpdate(
        source("EVENTS"),
        source("STATE"),
        DataSourceResolver.DEFAULT,
        settings,
        Clock.fixed(Tables.NOW, ZoneOffset.UTC));
  }

  private static void halt() {
    say(HALTED);
    try {
      System.in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(String word) {
    System.out.println(word);
    System.out.flush();
  }

  private static PGSimpleDataSource source(String name) {
    var source = new PGSimpleDataSource();
    source.setUrl(System.getenv(name + "_JDBC"));
    source.setUser(System.getenv(name + "_USER"));
    source.setPassword(System.getenv(name + "_PASSWORD"));
    return source;
  }

  private static final class Halting implements StateUpdateProgress {
    private final RunPhase phase;
    private int left;

    private Halting(RunPhase phase, int occurrence) {
      this.phase = phase;
      this.left = occurrence;
    }

    @Override
    public void rebuilt(int operators, int of) {}

    @Override
    public void at(RunPhase reached) {
      if (reached == RunPhase.LOCKED) {
        say(LOCKED);
      }
      if (reached == phase && isTheOne()) {
        halt();
      }
    }

    private synchronized boolean isTheOne() {
      return --left == 0;
    }
  }
}
