package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of access, below {@code operator-analytics.access}.
 *
 * @param readingNeedsKey whether reading requires a key
 * @param keyFile file with lines of role, name and key; reloaded when it changes. Null for none
 * @param adminToken key of an administrator, in addition to the file; null for none
 * @param adminRole role of administrators in a JWT
 * @param hosts allowed names and addresses in the Host header, in addition to loopback; {@code
 *     *.example.org} for all below a name, {@code *} for any
 */
@ConfigurationProperties("operator-analytics.access")
public record AccessSettings(
    @Bindable(defaultValue = "false") boolean readingNeedsKey,
    @Nullable String keyFile,
    @Nullable String adminToken,
    @Bindable(defaultValue = "ADMIN") String adminRole,
    @Bindable(defaultValue = "") List<String> hosts) {

  public AccessSettings {
    if (keyFile != null
        && (!Files.isReadable(Path.of(keyFile)) || Files.isDirectory(Path.of(keyFile)))) {
      throw new IllegalArgumentException(
          "OPERATOR_ANALYTICS_ACCESS_KEY_FILE is '%s'; expected a file of keys that can be read"
              .formatted(keyFile));
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "AccessSettings[readingNeedsKey=%s, keyFile=%s]".formatted(readingNeedsKey, keyFile);
  }
}
