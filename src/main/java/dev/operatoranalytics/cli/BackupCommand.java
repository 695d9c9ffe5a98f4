package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Backup;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code backup FILE} */
@Command(
    name = "backup",
    description = "Save both embedded databases in one file, while a server may go on.",
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Mixin private Session.Options options = new Session.Options();

  @Parameters(paramLabel = "FILE")
  private Path file = Path.of("backup.zip");

  @Override
  public Integer call() throws Exception {
    try (var session = options.open()) {
      var saved = new Backup(session.databases()).save(file);
      System.out.printf("%s: tables=%d rows=%d%n", file, saved.tables(), saved.rows());
      return OperatorAnalytics.DONE;
    }
  }
}
