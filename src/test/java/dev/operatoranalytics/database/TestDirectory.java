package dev.operatoranalytics.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * The directory of this process for databases and {@code @TempDir}s. It is in memory where there is
 * room: tests create and delete a million small files, because each temporary table of a run is
 * three and each database a thousand, and a file system of a disk may need a millisecond for each.
 */
public final class TestDirectory implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long NEEDED_BYTES = 8L << 30;
  private static final String PREFIX = "operator-analytics-test";
  private static final String LOCK = "lock";
  private static final FileAttribute<?> OWNER_MAY_EXECUTE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Queue<EmbeddedPostgres> SERVERS = new ConcurrentLinkedQueue<>();
  private static final LockedDirectory ROOT = create();

  /** Other processes see by the lock that this one lives. */
  private record LockedDirectory(Path path, FileLock lock) {}

  /** A new directory, which the end of this process deletes. */
  public static Path create(String prefix) throws IOException {
    return Files.createTempDirectory(ROOT.path(), prefix);
  }

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return create("junit");
  }

  /** A server in one of these directories, which stops before they are deleted. */
  static EmbeddedPostgres start(String prefix, Map<String, String> settings) throws IOException {
    var server = EmbeddedPostgres.join(create(prefix), settings);
    SERVERS.add(server);
    return server;
  }

  private static LockedDirectory create() {
    try {
      var root = createAndLock();
      Runtime.getRuntime().addShutdownHook(new Thread(TestDirectory::deleteAll));
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteAll() {
    SERVERS.forEach(EmbeddedPostgres::close);
    try {
      // many databases may take longer than the build lets a process end
      new ProcessBuilder("rm", "-rf", ROOT.path().toString()).start();
    } catch (IOException e) {
      TestPostgres.delete(ROOT.path());
    }
  }

  private static LockedDirectory createAndLock() throws IOException {
    if (!Files.isWritable(MEMORY) || Files.getFileStore(MEMORY).getUsableSpace() < NEEDED_BYTES) {
      return lock(Files.createTempDirectory(PREFIX));
    }
    deleteLeftOver();
    var root = lock(Files.createTempDirectory(MEMORY, PREFIX));
    if (Files.isExecutable(root.path().resolve(LOCK))) {
      return root;
    }
    // tests execute files, which this mount refuses
    root.lock().channel().close();
    TestPostgres.delete(root.path());
    return lock(Files.createTempDirectory(PREFIX));
  }

  /** Directories whose process was killed would hold memory until the machine restarts. */
  private static void deleteLeftOver() throws IOException {
    try (var directories = Files.newDirectoryStream(MEMORY, PREFIX + "*")) {
      for (var directory : directories) {
        try (var channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
          if (channel.tryLock() != null) {
            TestPostgres.delete(directory);
          }
        } catch (IOException e) {
          // of another user, or created or deleted at this moment
        }
      }
    }
  }

  private static LockedDirectory lock(Path directory) throws IOException {
    var file = Files.createFile(directory.resolve("new"), OWNER_MAY_EXECUTE);
    var lock = FileChannel.open(file, StandardOpenOption.WRITE).lock();
    // nobody sees the file before it is locked
    Files.move(file, directory.resolve(LOCK));
    return new LockedDirectory(directory, lock);
  }
}
