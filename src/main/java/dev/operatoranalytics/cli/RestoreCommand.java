package dev.operatoranalytics.cli;

import dev.operatoranalytics.database.Backup;
import dev.operatoranalytics.database.Databases;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code restore FILE} */
@Command(
    name = "restore",
    description =
        "Restore a backup into an empty data directory, or into empty databases that URLs name.",
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
  @Mixin private SessionOptions options = new SessionOptions();

  @Parameters(paramLabel = "FILE")
  private Path file = Path.of("backup.zip");

  @Override
  public Integer call() throws Exception {
    Backup.check(file);
    try (var databases = Databases.open(options.dataDirectory(), options.environment())) {
      var restored = new Backup(databases).restore(file);
      System.out.printf("%s: tables=%d rows=%d%n", file, restored.tables(), restored.rows());
      return OperatorAnalytics.DONE;
    }
  }
}
