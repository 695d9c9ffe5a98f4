package dev.operatoranalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.operatoranalytics.api.document.LatestVersion;
import dev.operatoranalytics.chain.Sha256;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.support.DefaultTransactionDefinition;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers about epochs, which change only with a new version. An answer is made into a file and
 * sent from there while it still grows: it is never held whole, a slow client holds no connection
 * of the database, and who asks for the same meanwhile joins. Once complete it is packed and kept,
 * until the version changes or others need the room.
 */
@Singleton
public class ResponseSpool {
  private static final Logger log = LoggerFactory.getLogger(ResponseSpool.class);
  private static final int PIECE = 1 << 16;
  private static final int AT_ONCE = 4;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final LatestVersion version;
  private final TransactionOperations<Connection> transactions;
  private final Cache<String, Path> compressed;
  private final Map<String, SpoolFile> underWay = new ConcurrentHashMap<>();
  private final Path directory;
  // questions are to find a connection, too
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final ExecutorService making = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService packing =
      Executors.newSingleThreadExecutor(
          work -> Thread.ofPlatform().name("pack answers").daemon().unstarted(work));

  ResponseSpool(
      @Named("epochs") LatestVersion version,
      @Named("api") TransactionOperations<Connection> transactions,
      SpoolSettings settings)
      throws IOException {
    this.version = version;
    this.transactions = transactions;
    this.directory = Files.createTempDirectory("operator-analytics-answers");
    this.compressed =
        Caffeine.newBuilder()
            .maximumWeight(settings.cachedMegabytes() << 10)
            .weigher((String key, Path file) -> (int) (file.toFile().length() >> 10) + 1)
            .removalListener(
                (@Nullable String key, @Nullable Path file, RemovalCause cause) -> delete(file))
            .build();
  }

  /** Writes the answer from one snapshot; false when it is not worth keeping. */
  public interface Writing {
    boolean write(Connection snapshot, OutputStream output) throws IOException, SQLException;
  }

  /**
   * @param key what is asked; requests with equal keys get equal bytes
   * @param mediaType of the answer
   */
  public MutableHttpResponse<?> respond(
      HttpRequest<?> request, String key, String mediaType, Writing writing) {
    var current = version.get();
    var identity = Sha256.of(key + " " + mediaType + " " + current);
    var tag = new EntityTag(identity);
    if (tag.isKnownTo(request)) {
      return described(HttpResponse.status(HttpStatus.NOT_MODIFIED), tag);
    }
    var cached = compressed.getIfPresent(identity);
    var isCompressed = cached != null && accepts(request, "gzip");
    var body = cached == null ? null : open(cached, isCompressed);
    if (body == null) {
      isCompressed = false;
      body = made(identity, current, writing);
    }
    var response = described(HttpResponse.ok(new StreamedFile(body, MediaType.of(mediaType))), tag);
    return isCompressed ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip") : response;
  }

  /** An answer that no version tells apart: it is not kept. */
  public MutableHttpResponse<?> stream(HttpRequest<?> request, String mediaType, Writing writing) {
    Writing unkept =
        (snapshot, output) -> {
          writing.write(snapshot, output);
          return false;
        };
    var body = made(UUID.randomUUID().toString(), -1, unkept);
    return HttpResponse.ok(new StreamedFile(body, MediaType.of(mediaType)))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header(HttpHeaders.VARY, "Accept-Encoding, Accept");
  }

  private static <T> MutableHttpResponse<T> described(
      MutableHttpResponse<T> response, EntityTag tag) {
    return response
        .header(HttpHeaders.ETAG, tag.toString())
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header(HttpHeaders.VARY, "Accept-Encoding, Accept");
  }

  private static boolean accepts(HttpRequest<?> request, String encoding) {
    for (var accepted :
        request.getHeaders().get(HttpHeaders.ACCEPT_ENCODING, String.class).orElse("").split(",")) {
      var parts = accepted.strip().toLowerCase(Locale.ROOT).split(";\\s*");
      if (parts[0].equals(encoding) && !(parts.length > 1 && parts[1].matches("q=0(\\.0*)?"))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable InputStream open(Path cached, boolean isCompressed) {
    try {
      var file = Files.newInputStream(cached);
      return isCompressed ? file : new GZIPInputStream(file, PIECE);
    } catch (IOException e) {
      return null;
    }
  }

  /** Joins the making of an answer, or begins it. */
  private InputStream made(String identity, long wanted, Writing writing) {
    try {
      while (true) {
        var file = underWay.computeIfAbsent(identity, each -> begin(each, wanted, writing));
        var body = file.open();
        if (body != null) {
          awaitBeginning(file, body);
          return body;
        }
        underWay.remove(identity, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An answer that fails before its first byte fails as a whole, with a status of its own. */
  private static void awaitBeginning(SpoolFile file, InputStream body) throws IOException {
    try {
      file.awaitBeginning();
    } catch (IOException e) {
      body.close();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private SpoolFile begin(String identity, long wanted, Writing writing) {
    try {
      var file = new SpoolFile(Files.createTempFile(directory, identity, ".raw"));
      making.execute(() -> make(identity, file, wanted, writing));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void make(String identity, SpoolFile file, long wanted, Writing writing) {
    Throwable failure = null;
    var isKept = false;
    try {
      turns.acquire();
      try {
        if (file.isAbandoned()) {
          throw new CancellationException("nobody waits for the answer");
        }
        isKept = snapshot(wanted, writing, new BufferedOutputStream(file.output(), PIECE));
      } finally {
        turns.release();
      }
    } catch (Throwable e) {
      // whatever it is: those who read the file wait until they are told
      failure = e;
      if (!file.isAbandoned()) {
        log.warn("an answer was not finished: {}", String.valueOf(e));
      }
    }
    try {
      file.end(failure);
    } catch (IOException e) {
      log.warn("an answer was not closed: {}", String.valueOf(e));
    }
    if (isKept) {
      pack(identity, file);
    } else {
      underWay.remove(identity, file);
      deleteLater(file);
    }
  }

  /** Whether what was written may be kept: it is of the version wanted, and without errors. */
  private boolean snapshot(long wanted, Writing writing, OutputStream output) {
    var definition = new DefaultTransactionDefinition();
    definition.setReadOnly(true);
    definition.setIsolationLevel(TransactionDefinition.Isolation.REPEATABLE_READ);
    definition.setTimeout(DEADLINE);
    var isKept =
        transactions.execute(
            definition,
            status -> {
              var found = version.read();
              try (var settings = status.getConnection().createStatement()) {
                settings.execute("set local statement_timeout = " + DEADLINE.toMillis());
              }
              var isWhole = writing.write(status.getConnection(), output);
              output.flush();
              return isWhole && found == wanted;
            });
    return Boolean.TRUE.equals(isKept);
  }

  private void pack(String identity, SpoolFile file) {
    packing.execute(
        () -> {
          try {
            var kept = directory.resolve(identity + ".gz");
            try (var in = Objects.requireNonNull(file.open());
                var out = new GZIPOutputStream(Files.newOutputStream(kept), PIECE)) {
              in.transferTo(out);
            }
            compressed.put(identity, kept);
          } catch (IOException e) {
            log.warn("an answer was not kept: {}", String.valueOf(e));
          } finally {
            underWay.remove(identity, file);
            deleteLater(file);
          }
        });
  }

  /** Who was told of the file a moment ago may open it only now. */
  private void deleteLater(SpoolFile file) {
    CompletableFuture.delayedExecutor(GRACE.toSeconds(), TimeUnit.SECONDS)
        .execute(() -> delete(file.path()));
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.warn("cannot delete {}", file);
    }
  }

  @PreDestroy
  void close() {
    making.shutdownNow();
    packing.shutdownNow();
    try (var files = Files.list(directory)) {
      files.forEach(ResponseSpool::delete);
    } catch (IOException e) {
      log.warn("cannot empty {}", directory);
    }
    delete(directory);
  }
}
