package dev.operatoranalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.operatoranalytics.api.document.LatestVersion;
import dev.operatoranalytics.api.query.ReadVersion;
import dev.operatoranalytics.chain.Sha256;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
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
 * Writes large responses into files and sends them while they grow. A response is never held in
 * memory, a slow client holds no database connection, and concurrent equal requests share one file.
 * A complete response is compressed and cached until the version changes or the cache is full.
 */
@Singleton
public class ResponseSpool {
  private static final Logger log = LoggerFactory.getLogger(ResponseSpool.class);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_CONCURRENT = 4;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final LatestVersion version;
  private final TransactionOperations<Connection> transactions;
  private final Cache<String, Path> compressed;
  private final Map<String, SpoolFile> inProgress = new ConcurrentHashMap<>();
  private final Path directory;
  // leaves connections for other requests
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);
  private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService compressor =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("pack answers").daemon().unstarted(task));

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

  /** Writes a response from one snapshot; returns false when it must not be cached. */
  public interface ResponseWriter {
    boolean write(Connection snapshot, OutputStream output) throws IOException, SQLException;
  }

  /**
   * @param key identifies the response; requests with equal keys get equal bytes
   * @param mediaType of the response
   */
  public MutableHttpResponse<?> respond(
      HttpRequest<?> request, String key, String mediaType, ResponseWriter writing) {
    var current = version.get();
    var identity = Sha256.of(key + " " + mediaType + " " + current);
    var tag = new EntityTag(identity);
    if (tag.isKnownTo(request)) {
      return withCacheHeaders(HttpResponse.status(HttpStatus.NOT_MODIFIED), tag);
    }
    var cached = compressed.getIfPresent(identity);
    var isCompressed = cached != null && accepts(request, "gzip");
    var body = cached == null ? null : open(cached, isCompressed);
    if (body == null) {
      isCompressed = false;
      body = spooled(identity, current, writing);
    }
    var response =
        withCacheHeaders(HttpResponse.ok(new StreamedFile(body, MediaType.of(mediaType))), tag);
    return isCompressed ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip") : response;
  }

  /** Responds without a cache, for responses that no version identifies. */
  public MutableHttpResponse<?> stream(
      HttpRequest<?> request, String mediaType, ResponseWriter writing) {
    ResponseWriter uncached =
        (snapshot, output) -> {
          writing.write(snapshot, output);
          return false;
        };
    var body = spooled(UUID.randomUUID().toString(), null, uncached);
    return HttpResponse.ok(new StreamedFile(body, MediaType.of(mediaType)))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header(HttpHeaders.VARY, "Accept-Encoding, Accept");
  }

  private static <T> MutableHttpResponse<T> withCacheHeaders(
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
      return isCompressed ? file : new GZIPInputStream(file, BUFFER_BYTES);
    } catch (IOException e) {
      return null;
    }
  }

  /** Joins a response in progress, or starts it. */
  private InputStream spooled(
      String identity, @Nullable ReadVersion expectedVersion, ResponseWriter writing) {
    try {
      while (true) {
        var file =
            inProgress.computeIfAbsent(identity, each -> start(each, expectedVersion, writing));
        var body = file.open();
        if (body != null) {
          awaitFirstByte(file, body);
          return body;
        }
        inProgress.remove(identity, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A response that fails before its first byte gets an error status. */
  private static void awaitFirstByte(SpoolFile file, InputStream body) throws IOException {
    try {
      file.awaitFirstByte();
    } catch (IOException e) {
      body.close();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private SpoolFile start(
      String identity, @Nullable ReadVersion expectedVersion, ResponseWriter writing) {
    try {
      var file = new SpoolFile(Files.createTempFile(directory, identity, ".raw"));
      writers.execute(() -> write(identity, file, expectedVersion, writing));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(
      String identity,
      SpoolFile file,
      @Nullable ReadVersion expectedVersion,
      ResponseWriter writing) {
    Throwable failure = null;
    var isCacheable = false;
    try {
      permits.acquire();
      try {
        if (file.isAbandoned()) {
          throw new CancellationException("nobody waits for the answer");
        }
        isCacheable =
            snapshot(
                expectedVersion, writing, new BufferedOutputStream(file.output(), BUFFER_BYTES));
      } finally {
        permits.release();
      }
    } catch (Throwable e) {
      // any failure must end the file, because its readers wait for it
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
    if (isCacheable) {
      compress(identity, file);
    } else {
      inProgress.remove(identity, file);
      deleteAfterGrace(file);
    }
  }

  /** Whether the response may be cached: it has the expected version and no errors. */
  private boolean snapshot(
      @Nullable ReadVersion expectedVersion, ResponseWriter writing, OutputStream output) {
    var definition = new DefaultTransactionDefinition();
    definition.setReadOnly(true);
    definition.setTimeout(TIMEOUT);
    var isCacheable =
        transactions.execute(
            definition,
            status -> {
              try (var settings = status.getConnection().createStatement()) {
                // not by JDBC, which would set it in the session
                settings.execute("set transaction isolation level repeatable read");
                settings.execute("set local statement_timeout = " + TIMEOUT.toMillis());
                settings.execute("set local plan_cache_mode = auto");
              }
              var actual = version.read();
              var isComplete = writing.write(status.getConnection(), output);
              output.flush();
              return isComplete && actual.equals(expectedVersion);
            });
    return Boolean.TRUE.equals(isCacheable);
  }

  private void compress(String identity, SpoolFile file) {
    compressor.execute(
        () -> {
          try {
            var target = directory.resolve(identity + ".gz");
            try (var in = Objects.requireNonNull(file.open());
                var out = new GZIPOutputStream(Files.newOutputStream(target), BUFFER_BYTES)) {
              in.transferTo(out);
            }
            compressed.put(identity, target);
          } catch (IOException e) {
            log.warn("an answer was not kept: {}", String.valueOf(e));
          } finally {
            inProgress.remove(identity, file);
            deleteAfterGrace(file);
          }
        });
  }

  /** A request may have found the file and open it only now. */
  private void deleteAfterGrace(SpoolFile file) {
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
    writers.shutdownNow();
    compressor.shutdownNow();
    try (var files = Files.list(directory)) {
      files.forEach(ResponseSpool::delete);
    } catch (IOException e) {
      log.warn("cannot empty {}", directory);
    }
    delete(directory);
  }
}
