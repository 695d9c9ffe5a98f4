package dev.operatoranalytics.cli;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.database.Backup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code backup FILE} */
@Command(
    name = "backup",
    description = "Save both databases in one file; a server may keep running.",
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Mixin private SessionOptions options = new SessionOptions();

  @Parameters(paramLabel = "FILE")
  private Path file = Path.of("backup.zip");

  private void requireWritable() {
    var directory = requireNonNull(file.toAbsolutePath().getParent());
    if (!Files.isDirectory(directory)) {
      throw new CommandFailed("Cannot write %s: %s is not a directory".formatted(file, directory));
    }
    if (!Files.isWritable(directory)) {
      throw new CommandFailed("Cannot write %s: no permission in %s".formatted(file, directory));
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailed(
          "%s is a directory; expected the name of a file to write".formatted(file));
    }
  }

  @Override
  public Integer call() throws Exception {
    requireWritable();
    try (var databases = options.openExisting()) {
      var saved = new Backup(databases).save(file);
      System.out.printf("%s: tables=%d rows=%d%n", file, saved.tables(), saved.rows());
      return OperatorAnalytics.DONE;
    }
  }
}
