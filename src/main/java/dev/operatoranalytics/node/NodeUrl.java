package dev.operatoranalytics.node;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON-RPC URL of a node. User, path and query of the URL may hold a provider's key; {@link
 * #toString} shows none of them.
 *
 * @param endpoint without user and password
 * @param userInfo {@code user:password}; null when the URL has none
 */
public record NodeUrl(URI endpoint, @Nullable String userInfo) {
  private static final String EXPECTED =
      "expected http(s)://host[:port]/path, or several with commas between";
  // shorter path segments are words such as v3
  private static final int SHORTEST_KEY = 8;

  /**
   * @param name name of the setting, for messages
   * @param text one URL, or several separated by commas, the preferred one first
   */
  public static List<NodeUrl> parse(String name, String text) {
    var urls =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .map(url -> parseOne(name, url))
            .toList();
    if (urls.isEmpty()) {
      throw new IllegalArgumentException(name + " is empty; " + EXPECTED);
    }
    return urls;
  }

  private static NodeUrl parseOne(String name, String text) {
    try {
      var uri = new URI(text);
      var scheme = uri.getScheme();
      if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw unreadable(name);
      }
      var path = uri.getRawPath() == null ? "" : uri.getRawPath();
      var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return new NodeUrl(
          new URI(scheme + "://" + uri.getHost() + port + path + query), uri.getUserInfo());
    } catch (URISyntaxException e) {
      // without the cause: its message would show the URL
      throw unreadable(name);
    }
  }

  private static IllegalArgumentException unreadable(String name) {
    return new IllegalArgumentException(name + " holds what is no URL of a node; " + EXPECTED);
  }

  Optional<String> authorization() {
    return Optional.ofNullable(userInfo)
        .map(
            user ->
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** Removes the URL's secrets from a text of the node. */
  String withoutSecrets(String text) {
    var clean = text;
    var path = endpoint.getPath() == null ? "" : endpoint.getPath();
    var query = endpoint.getQuery() == null ? "" : endpoint.getQuery();
    for (var part :
        (path + "/" + query + "/" + (userInfo == null ? "" : userInfo)).split("[/&=:]")) {
      if (part.length() >= SHORTEST_KEY) {
        clean = clean.replace(part, "…");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    var port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return endpoint.getScheme() + "://" + endpoint.getHost() + port;
  }
}
