package dev.operatoranalytics.api.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.netty.util.NetUtil;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that requests may name: loopback, the address that the server listens on, and configured
 * ones. This prevents DNS rebinding: a page whose name resolves to our address has our origin, but
 * its requests carry its own name.
 */
@Singleton
public final class AllowedHosts {
  private static final String ANY = "*";
  // a name or address, and a port, which is ignored
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9_.-]+)(?::[0-9]{0,5})?");

  private final List<String> configured;
  private final String listening;
  private final Set<String> origins;

  AllowedHosts(AccessSettings settings, HttpServerConfiguration server) {
    this.configured =
        settings.hosts().stream()
            .filter(host -> !host.isBlank())
            .map(AllowedHosts::configured)
            .toList();
    this.listening = server.getHost().map(AllowedHosts::plain).orElse("");
    this.origins =
        server.getCors().getConfigurations().values().stream()
            .flatMap(each -> each.getAllowedOrigins().stream())
            .collect(toUnmodifiableSet());
  }

  /** Loads this class at start, so that invalid settings stop the server. */
  @EventListener
  void check(ServerStartupEvent started) {}

  private static String configured(String host) {
    var name = host.strip().toLowerCase(Locale.ROOT);
    return name.equals(ANY)
        ? name
        : name.startsWith("*.") ? "*." + required(name.substring(2), host) : required(name, host);
  }

  private static String required(String name, String given) {
    return name(name)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "operator-analytics.access.hosts: '%s' is not a host name, address or *"
                        .formatted(given)));
  }

  /** The host of an authority such as {@code Localhost.:8080}; empty when it is not one. */
  public static Optional<String> name(String authority) {
    var found = AUTHORITY.matcher(authority.toLowerCase(Locale.ROOT));
    return found.matches() ? Optional.of(plain(found.group(1))) : Optional.empty();
  }

  private static String plain(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /**
   * @param host as {@link #name} makes it
   * @param local address that the client has connected to; null when it is not known
   */
  public boolean allow(String host, @Nullable InetAddress local) {
    var address = address(host);
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || (address != null && (address.isLoopbackAddress() || address.equals(local)))
        || host.equals(listening)
        || configured.stream().anyMatch(each -> matches(each, host));
  }

  /** Whether the CORS settings name an origin. */
  public boolean allowOrigin(String origin) {
    return origins.contains(origin) || origins.contains(ANY);
  }

  /** The host of an origin such as {@code https://example.org}; empty when it has none. */
  public static Optional<String> nameOfOrigin(String origin) {
    var schemeEnd = origin.indexOf("://");
    return schemeEnd < 0 ? Optional.empty() : name(origin.substring(schemeEnd + 3));
  }

  private static boolean matches(String configured, String host) {
    return configured.equals(ANY)
        || configured.equals(host)
        || (configured.startsWith("*.") && host.endsWith(configured.substring(1)));
  }

  /** Parses a literal address; names are not looked up. */
  private static @Nullable InetAddress address(String host) {
    var isV6 = host.startsWith("[") && host.endsWith("]");
    var literal = isV6 ? host.substring(1, host.length() - 1) : host;
    if (!(isV6 ? NetUtil.isValidIpV6Address(literal) : NetUtil.isValidIpV4Address(literal))) {
      return null;
    }
    try {
      return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
