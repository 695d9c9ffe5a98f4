package dev.operatoranalytics.database;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs of the application's jar, unpacked once per user and version.
 *
 * @param bin the folder of {@code initdb}, {@code pg_ctl} and {@code postgres}
 * @param majorVersion as written in a data directory's {@code PG_VERSION}
 */
record PostgresBinaries(Path bin, String majorVersion) {

  static PostgresBinaries unpack() throws IOException {
    var archive = "/postgres-" + platform() + ".txz";
    var url = PostgresBinaries.class.getResource(archive);
    if (url == null) {
      throw new DatabaseUnavailable(
          "The program includes no PostgreSQL for this machine (%s); set EVENTS_DB_URL and ANALYTICS_DB_URL to external databases"
              .formatted(platform()));
    }
    var jar = url.getPath().replaceFirst("!.*", "");
    var version = jar.replaceFirst(".*-(\\d+\\.\\d+\\.\\d+)\\.jar$", "$1");
    var home = cache().resolve("postgresql-" + version);
    if (!Files.exists(home.resolve("complete"))) {
      unpack(archive, home);
    }
    return new PostgresBinaries(home.resolve("bin"), version.replaceFirst("\\..*", ""));
  }

  Path program(String name) {
    return bin.resolve(name);
  }

  private static void unpack(String archive, Path home) throws IOException {
    Files.createDirectories(home);
    try (var lock =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var fileLock = lock.lock()) {
      if (!fileLock.isValid() || Files.exists(home.resolve("complete"))) {
        return;
      }
      try (InputStream resource =
              requireNonNull(PostgresBinaries.class.getResourceAsStream(archive));
          var tar =
              new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(resource)))) {
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
          write(tar, entry, home);
        }
      }
      Files.createFile(home.resolve("complete"));
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path home)
      throws IOException {
    var target = home.resolve(entry.getName()).normalize();
    if (!target.startsWith(home)) {
      throw new IOException("Archive entry outside its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(requireNonNull(target.getParent()));
    Files.deleteIfExists(target);
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    var executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static Path cache() {
    var configured = System.getenv("XDG_CACHE_HOME");
    var base =
        configured == null || configured.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    return base.resolve("operator-analytics");
  }

  private static String platform() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var arm = machine.equals("aarch64") || machine.equals("arm64");
    return (system.startsWith("mac") ? "darwin" : "linux") + "-" + (arm ? "arm_64" : "x86_64");
  }
}
