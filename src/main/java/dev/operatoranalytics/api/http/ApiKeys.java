package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.Credentials;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Caller.Role;
import dev.operatoranalytics.chain.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the key file, known only by their digests. A line is {@code admin|read NAME KEY}; in
 * place of the key may stand {@code sha256:} and its digest in hex. A file that cannot be read
 * leaves the keys as they were.
 */
@Singleton
final class ApiKeys {
  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final String SHA_256 = "sha256:";
  private static final long LOOK_EVERY_NANOS = 250_000_000;
  private static final int SHORTEST = 16;

  private final @Nullable Path file;
  private final List<Key> always;
  private volatile Held held =
      new Held(List.of(), null, null, System.nanoTime() - LOOK_EVERY_NANOS);

  private record Key(byte[] digest, Caller caller) {}

  /**
   * @param fault why the file cannot be read now; null when it can
   */
  private record Held(
      List<Key> keys, @Nullable FileTime writtenAt, @Nullable String fault, long seenNanos) {}

  ApiKeys(AccessSettings settings) {
    this.file = settings.keyFile() == null ? null : Path.of(settings.keyFile());
    this.always =
        settings.adminToken() == null
            ? List.of()
            : List.of(new Key(digest(settings.adminToken()), new Caller("admin", Role.ADMIN)));
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalStateException(
          "operator-analytics.access.key-file: cannot read " + file.toAbsolutePath());
    }
  }

  /** Every key is compared, each in the same time whatever they have in common. */
  Optional<Credentials> find(String shown) {
    var digest = digest(shown);
    return find(digest)
        .map(
            caller ->
                new Credentials(caller, () -> find(digest).filter(caller::equals).isPresent()));
  }

  private Optional<Caller> find(byte[] digest) {
    Caller found = null;
    for (var keys : List.of(always, current())) {
      for (var key : keys) {
        if (MessageDigest.isEqual(key.digest(), digest)) {
          found = key.caller();
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private List<Key> current() {
    var known = held;
    if (file == null || System.nanoTime() - known.seenNanos() < LOOK_EVERY_NANOS) {
      return known.keys();
    }
    var keys = known.keys();
    var writtenAt = known.writtenAt();
    String fault = null;
    try {
      var now = Files.getLastModifiedTime(file);
      if (!now.equals(writtenAt)) {
        keys = read(file);
        writtenAt = now;
        log.info("keys read from {}: {}", file, keys.size());
      }
    } catch (IOException | IllegalArgumentException e) {
      fault = String.valueOf(e);
      if (!fault.equals(known.fault())) {
        log.error("the keys stay as they were: {}", fault);
      }
    }
    held = new Held(keys, writtenAt, fault, System.nanoTime());
    return keys;
  }

  private static List<Key> read(Path file) throws IOException {
    var keys = new ArrayList<Key>();
    var number = 0;
    for (var line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        keys.add(key(line.strip().split("\\s+"), file + " line " + number));
      }
    }
    return List.copyOf(keys);
  }

  /** What is wrong is told without what stands there. */
  private static Key key(String[] words, String place) {
    if (words.length != 3 || !List.of("admin", "read").contains(words[0])) {
      throw new IllegalArgumentException(place + ": a line is 'admin|read NAME KEY'");
    }
    if (words[2].length() < SHORTEST) {
      throw new IllegalArgumentException(
          place + ": a key has at least " + SHORTEST + " characters");
    }
    var digest =
        words[2].startsWith(SHA_256)
            ? hex(words[2].substring(SHA_256.length()), place)
            : digest(words[2]);
    return new Key(
        digest, new Caller(words[1], words[0].equals("admin") ? Role.ADMIN : Role.READER));
  }

  private static byte[] hex(String text, String place) {
    if (!text.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(place + ": sha256: is followed by 64 hex digits");
    }
    return HexFormat.of().parseHex(text);
  }

  private static byte[] digest(String text) {
    return Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
