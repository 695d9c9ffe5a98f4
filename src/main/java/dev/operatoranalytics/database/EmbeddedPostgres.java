package dev.operatoranalytics.database;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded PostgreSQL server in a data directory. Every process that uses the directory joins
 * it: the first process starts the server, the last one stops it. A watcher process does this for a
 * process that is killed.
 *
 * <p>The directory holds {@code pg} (the cluster), {@code pgpass} (its password, readable by the
 * owner only), {@code port}, {@code postgres.log}, the two lock files, and {@code users} with a
 * file for each process that uses the server.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String USER = "operator_analytics";
  private static final String VERSION_FILE = "pg/PG_VERSION";
  private static final int START_SECONDS = 60;

  // its standard input ends when the process ends; signals of a terminal do not stop it
  private static final String WATCHER =
      """
      trap '' HUP INT TERM
      cat > /dev/null
      rm -f "$1"
      rmdir "$2" 2> /dev/null || exit 0
      shift 2
      exec "$@"
      """;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("timezone", "UTC"),
          Map.entry("log_timezone", "UTC"),
          // for roles that are created later with weaker passwords
          Map.entry("scram_iterations", "4096"),
          Map.entry("shared_buffers", sharedBuffers()),
          Map.entry("temp_buffers", "64MB"),
          Map.entry("max_wal_size", "4GB"),
          Map.entry("random_page_cost", "1.1"),
          Map.entry("jit", "off"));

  /** An eighth of the machine's or container's memory, from 32 to 512 MB. */
  private static String sharedBuffers() {
    var memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() >> 20;
    return Math.clamp(memory / 8, 32, 512) + "MB";
  }

  private final Path directory;
  private final PostgresBinaries binaries;
  private final FileChannel usersChannel;
  private FileLock userLock;
  private final Process watcher;
  private final ConnectionUrl url;

  private EmbeddedPostgres(
      Path directory,
      PostgresBinaries binaries,
      FileChannel usersChannel,
      FileLock userLock,
      Process watcher,
      ConnectionUrl url) {
    this.directory = directory;
    this.binaries = binaries;
    this.usersChannel = usersChannel;
    this.userLock = userLock;
    this.watcher = watcher;
    this.url = url;
  }

  public static EmbeddedPostgres join(Path directory) {
    return join(directory, Map.of());
  }

  /**
   * @param settings override the default server settings if this call starts the server
   */
  public static EmbeddedPostgres join(Path directory, Map<String, String> settings) {
    try {
      if (Files.exists(directory.resolve("PG_VERSION"))) {
        throw new DatabaseUnavailable(
            "%s is a PostgreSQL cluster itself; expected the directory that holds it as `pg`"
                .formatted(directory));
      }
      Files.createDirectories(directory);
      var binaries = PostgresBinaries.unpack();
      requireSameVersion(directory, binaries);
      try (var lifecycleChannel = open(directory.resolve("gate.lock"));
          var lifecycleLock = lifecycleChannel.lock()) {
        var usersChannel = open(directory.resolve("users.lock"));
        removeStaleUsers(directory, usersChannel);
        var userLock = usersChannel.lock(0, Long.MAX_VALUE, true);
        var watcher = watch(directory, binaries);
        if (!Files.exists(directory.resolve(VERSION_FILE))) {
          initialise(directory, binaries);
        }
        var running = lifecycleLock.isValid() && runningPort(directory) != null;
        if (!running) {
          start(directory, binaries, settings);
        }
        var url = url(directory);
        return new EmbeddedPostgres(directory, binaries, usersChannel, userLock, watcher, url);
      }
    } catch (IOException e) {
      throw new DatabaseUnavailable(
          "Cannot use the data directory %s: %s".formatted(directory, new FileError(e)), e);
    }
  }

  /** Rejects a directory without a cluster; creates nothing. */
  static void requireExisting(Path directory) {
    if (!Files.exists(directory.resolve(VERSION_FILE))) {
      throw new DatabaseUnavailable(
          "%s is not a data directory of this program: it %s; name another by --data-dir, or fill this one by `import` or `serve --demo`"
              .formatted(
                  directory,
                  Files.isDirectory(directory)
                      ? "holds no " + VERSION_FILE
                      : Files.exists(directory) ? "is a file" : "does not exist"));
    }
  }

  /** The maintenance database, as its owner. */
  public ConnectionUrl url() {
    return url;
  }

  public Path directory() {
    return directory;
  }

  public Path passwordFile() {
    return directory.resolve("pgpass");
  }

  /** Creates the database when it is missing. */
  public ConnectionUrl database(String name) {
    return database(name, true);
  }

  ConnectionUrl existingDatabase(String name) {
    return database(name, false);
  }

  private ConnectionUrl database(String name, boolean createIfMissing) {
    var target = url.withDatabase(name);
    try (var connection = url.connect();
        var exists = connection.prepareStatement("select from pg_database where datname = ?")) {
      exists.setString(1, name);
      try (var found = exists.executeQuery();
          var create = connection.createStatement()) {
        if (!found.next()) {
          if (!createIfMissing) {
            throw new DatabaseUnavailable(
                "%s holds no database %s; `import`, `run` or `serve` creates it"
                    .formatted(directory, name));
          }
          create.execute(
              "create database " + create.enquoteIdentifier(name, true) + " template template0");
        }
      }
      return target;
    } catch (SQLException e) {
      throw new DatabaseUnavailable("Cannot open " + target + ": " + e.getMessage(), e);
    }
  }

  /** Leaves the server; the last process stops it. */
  @Override
  public void close() {
    try (var lifecycleChannel = open(directory.resolve("gate.lock"));
        var lifecycleLock = lifecycleChannel.lock()) {
      if (!userLock.isValid() || !lifecycleLock.isValid()) {
        return;
      }
      userLock.release();
      var exclusiveLock = usersChannel.tryLock();
      if (exclusiveLock != null) {
        stop(directory, binaries);
        exclusiveLock.release();
        log.info("embedded PostgreSQL stopped data={}", directory);
      }
      usersChannel.close();
      // holds the lock until the watcher ends, so that it cannot stop a server that another process
      // starts
      watcher.getOutputStream().close();
      watcher.waitFor(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes files in {@code users} of processes that were killed together with their watchers. */
  private static void removeStaleUsers(Path directory, FileChannel usersChannel)
      throws IOException {
    var folder = directory.resolve("users");
    try (var exclusiveLock = usersChannel.tryLock()) {
      if (exclusiveLock != null && Files.isDirectory(folder)) {
        try (var staleFiles = Files.list(folder)) {
          for (var file : staleFiles.toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
  }

  /**
   * Starts a shell that waits for the end of this process, even when it is killed, and stops the
   * server when no other process uses it. The process that removes {@code users} stops the server.
   * The folder can be removed only while it is empty, so no process can join in between.
   */
  private static Process watch(Path directory, PostgresBinaries binaries) throws IOException {
    var folder = directory.resolve("users");
    var file = folder.resolve(UUID.randomUUID().toString());
    while (!Files.exists(file)) {
      try {
        if (!Files.isDirectory(folder)) {
          // a watcher may be stopping the server now
          if (runningPort(directory) != null) {
            stop(directory, binaries);
          }
          Files.createDirectories(folder);
        }
        Files.createFile(file);
      } catch (NoSuchFileException e) {
        log.debug("{} was removed by a watcher", folder);
      }
    }
    var command =
        new ArrayList<>(
            List.of("sh", "-c", WATCHER, "watcher", file.toString(), folder.toString()));
    command.addAll(asNobodyIfRoot(stopCommand(directory, binaries)));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void stop(Path directory, PostgresBinaries binaries) throws IOException {
    run(stopCommand(directory, binaries));
  }

  private static List<String> stopCommand(Path directory, PostgresBinaries binaries) {
    return List.of(
        binaries.program("pg_ctl").toString(),
        "stop",
        "-D",
        directory.resolve("pg").toString(),
        "-m",
        "fast",
        "-w");
  }

  private static void requireSameVersion(Path directory, PostgresBinaries binaries)
      throws IOException {
    var versionFile = directory.resolve(VERSION_FILE);
    if (!Files.exists(versionFile)) {
      return;
    }
    var version = Files.readString(versionFile).strip();
    if (!version.equals(binaries.majorVersion())) {
      throw new DatabaseUnavailable(
          "Data directory %s was made by PostgreSQL %s, this program brings %s; see docs/operate.md, or choose another --data-dir"
              .formatted(directory, version, binaries.majorVersion()));
    }
  }

  private static void initialise(Path directory, PostgresBinaries binaries) throws IOException {
    var cluster = directory.resolve("pg");
    if (Files.exists(cluster)) {
      throw new DatabaseUnavailable(
          "%s is not a PostgreSQL data directory; move it away, or choose another --data-dir"
              .formatted(cluster));
    }
    log.info(
        "creating an embedded PostgreSQL {} cluster in {}", binaries.majorVersion(), directory);
    var password = newPassword();
    var secret = privateFile(directory.resolve("password.new"), password);
    run(
        List.of(
            binaries.program("initdb").toString(),
            "--pgdata=" + cluster,
            "--username=" + USER,
            "--pwfile=" + secret,
            "--auth=scram-sha-256",
            // one iteration suffices for 128 random bits; more take half a second in a JVM that
            // just started
            "--set=scram_iterations=1",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--data-checksums"));
    privateFile(directory.resolve("pgpass"), "127.0.0.1:*:*:" + USER + ":" + password + "\n");
    Files.delete(secret);
  }

  private static void start(Path directory, PostgresBinaries binaries, Map<String, String> settings)
      throws IOException {
    var port = freePort(directory.resolve("port"));
    var options = new ArrayList<String>();
    var all = new java.util.TreeMap<>(SETTINGS);
    all.putAll(settings);
    all.put("port", Integer.toString(port));
    all.forEach((name, value) -> options.add("-c " + name + "='" + value + "'"));
    control(
        binaries,
        "start",
        "-D",
        directory.resolve("pg").toString(),
        "-l",
        directory.resolve("postgres.log").toString(),
        "-o",
        String.join(" ", options),
        "-w",
        "-t",
        Integer.toString(START_SECONDS));
    Files.writeString(directory.resolve("port"), Integer.toString(port));
    log.info("embedded PostgreSQL started port={} data={}", port, directory);
  }

  private static ConnectionUrl url(Path directory) throws IOException {
    var fields = Files.readString(directory.resolve("pgpass")).strip().split(":");
    return new ConnectionUrl(
        "127.0.0.1:" + runningPort(directory), "postgres", USER, fields[4], List.of());
  }

  /** The port of the running server; null when none runs, even if a stale pid file exists. */
  private static @Nullable Integer runningPort(Path directory) throws IOException {
    var file = directory.resolve("pg/postmaster.pid");
    if (!Files.exists(file)) {
      return null;
    }
    var lines = Files.readAllLines(file);
    var isAlive =
        ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
            .map(process -> process.info().command().orElse("postgres").endsWith("postgres"))
            .orElse(false);
    return isAlive && lines.size() > 3 ? Integer.valueOf(lines.get(3).strip()) : null;
  }

  /** The previous port if it is free, so that saved URLs stay valid; else any free port. */
  private static int freePort(Path lastPort) throws IOException {
    if (Files.exists(lastPort)) {
      try (var socket =
          new ServerSocket(
              Integer.parseInt(Files.readString(lastPort).strip()),
              1,
              InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        log.info("port {} is in use; using another", Files.readString(lastPort).strip());
      }
    }
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void control(PostgresBinaries binaries, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(binaries.program("pg_ctl").toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    var output = Files.createTempFile("operator-analytics", ".log");
    try {
      var process =
          new ProcessBuilder(asNobodyIfRoot(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(2 * START_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new DatabaseUnavailable(
            "Embedded PostgreSQL: %s failed: %s"
                .formatted(
                    Path.of(command.getFirst()).getFileName(),
                    Files.readString(output).strip().replace('\n', ' ')));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailable("Interrupted while starting embedded PostgreSQL", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  // PostgreSQL refuses to run as root; in a new user namespace, root maps to nobody
  private static List<String> asNobodyIfRoot(List<String> command) {
    if (!System.getProperty("user.name").equals("root")) {
      return command;
    }
    var unshared = new ArrayList<>(List.of("unshare", "--user"));
    unshared.addAll(command);
    return unshared;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static Path privateFile(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  private static String newPassword() {
    var bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
