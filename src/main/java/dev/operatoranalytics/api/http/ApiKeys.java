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
 * Keys of the key file, stored as digests. A line is {@code admin|read NAME KEY}; the key may be
 * {@code sha256:} and its digest in hex. When the file cannot be read, the previous keys stay
 * valid.
 */
@Singleton
final class ApiKeys {
  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final String SHA_256 = "sha256:";
  private static final long CHECK_INTERVAL_NANOS = 250_000_000;
  private static final int MIN_KEY_LENGTH = 16;

  private final @Nullable Path file;
  private final List<Key> configured;
  private volatile LoadedKeys loaded =
      new LoadedKeys(List.of(), null, null, System.nanoTime() - CHECK_INTERVAL_NANOS);

  private record Key(byte[] digest, Caller caller) {}

  /**
   * @param error why the file cannot be read now; null when it can
   */
  private record LoadedKeys(
      List<Key> keys, @Nullable FileTime writtenAt, @Nullable String error, long checkedNanos) {}

  ApiKeys(AccessSettings settings) {
    this.file = settings.keyFile() == null ? null : Path.of(settings.keyFile());
    this.configured =
        settings.adminToken() == null
            ? List.of()
            : List.of(new Key(digest(settings.adminToken()), new Caller("admin", Role.ADMIN)));
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalStateException(
          "operator-analytics.access.key-file: cannot read " + file.toAbsolutePath());
    }
  }

  /** Compares all keys, each in constant time. */
  Optional<Credentials> find(String key) {
    var digest = digest(key);
    return find(digest)
        .map(
            caller ->
                new Credentials(caller, () -> find(digest).filter(caller::equals).isPresent()));
  }

  private Optional<Caller> find(byte[] digest) {
    Caller found = null;
    for (var keys : List.of(configured, currentKeys())) {
      for (var key : keys) {
        if (MessageDigest.isEqual(key.digest(), digest)) {
          found = key.caller();
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private List<Key> currentKeys() {
    var previous = loaded;
    if (file == null || System.nanoTime() - previous.checkedNanos() < CHECK_INTERVAL_NANOS) {
      return previous.keys();
    }
    var keys = previous.keys();
    var writtenAt = previous.writtenAt();
    String error = null;
    try {
      var modifiedAt = Files.getLastModifiedTime(file);
      if (!modifiedAt.equals(writtenAt)) {
        keys = read(file);
        writtenAt = modifiedAt;
        log.info("keys read from {}: {}", file, keys.size());
      }
    } catch (IOException | IllegalArgumentException e) {
      error = String.valueOf(e);
      if (!error.equals(previous.error())) {
        log.error("key file not reloaded, previous keys stay valid: {}", error);
      }
    }
    loaded = new LoadedKeys(keys, writtenAt, error, System.nanoTime());
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

  /** Error messages do not contain the key. */
  private static Key key(String[] words, String location) {
    if (words.length != 3 || !List.of("admin", "read").contains(words[0])) {
      throw new IllegalArgumentException(location + ": a line is 'admin|read NAME KEY'");
    }
    if (words[2].length() < MIN_KEY_LENGTH) {
      throw new IllegalArgumentException(
          location + ": a key has at least " + MIN_KEY_LENGTH + " characters");
    }
    var digest =
        words[2].startsWith(SHA_256)
            ? hex(words[2].substring(SHA_256.length()), location)
            : digest(words[2]);
    return new Key(
        digest, new Caller(words[1], words[0].equals("admin") ? Role.ADMIN : Role.READER));
  }

  private static byte[] hex(String text, String location) {
    if (!text.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(location + ": sha256: is followed by 64 hex digits");
    }
    return HexFormat.of().parseHex(text);
  }

  private static byte[] digest(String text) {
    return Sha256.digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
