package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Checks the host that a request names, and the origin of a WebSocket. */
record HostCheck(HttpRequest<?> http, AllowedHosts hosts) {
  private static final String ORIGIN = "Origin";
  private static final String IS_UPGRADE = "Sec-WebSocket-Key";

  /** Null when the host is allowed. */
  @Nullable RequestRejected rejection() {
    var hostHeaders = http.getHeaders().getAll(HttpHeaders.HOST);
    if (hostHeaders.size() > 1) {
      return RequestRejected.malformed("a request has one Host header, not " + hostHeaders.size());
    }
    if (hostHeaders.isEmpty() && !isHttp10()) {
      return RequestRejected.malformed("the Host header is missing");
    }
    var rejection =
        hostHeaders.isEmpty() ? notAllowed("no host") : ofAuthority(hostHeaders.getFirst());
    var target = authorityOfTarget();
    if (rejection == null && target != null) {
      rejection = ofAuthority(target);
    }
    return rejection == null && http.getHeaders().contains(IS_UPGRADE) ? ofOrigin() : rejection;
  }

  /** HTTP/1.0 requests need no Host header. */
  private boolean isHttp10() {
    return http instanceof NettyHttpRequest<?> netty
        && netty.getNativeRequest().protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  private @Nullable RequestRejected ofAuthority(String authority) {
    var host = AllowedHosts.name(authority);
    if (host.isEmpty()) {
      return RequestRejected.malformed("the Host header is not a host name or address");
    }
    return isAllowed(host.get()) ? null : notAllowed(host.get());
  }

  private boolean isAllowed(String host) {
    return hosts.allow(host, http.getServerAddress().getAddress());
  }

  private static RequestRejected notAllowed(String host) {
    return new RequestRejected(
        HttpStatus.MISDIRECTED_REQUEST,
        ErrorCode.HOST_NOT_ALLOWED,
        "this server does not answer for %s; its operator can add it to OPERATOR_ANALYTICS_ACCESS_HOSTS"
            .formatted(host));
  }

  /**
   * The authority of an absolute target such as {@code http://localhost/graphql}; null for a path.
   */
  private @Nullable String authorityOfTarget() {
    var target =
        http instanceof NettyHttpRequest<?> netty
            ? netty.getNativeRequest().uri()
            : http.getUri().toString();
    var schemeEnd = target.indexOf("://");
    return target.startsWith("/") || schemeEnd < 0
        ? null
        : target.substring(schemeEnd + 3).split("[/?#]", 2)[0];
  }

  /**
   * Browsers let any page open a WebSocket to any server; only the Origin header names the page.
   */
  private @Nullable RequestRejected ofOrigin() {
    var origin = http.getHeaders().get(ORIGIN);
    return origin == null
            || hosts.allowOrigin(origin)
            || AllowedHosts.nameOfOrigin(origin).filter(this::isAllowed).isPresent()
        ? null
        : new RequestRejected(
            HttpStatus.FORBIDDEN,
            ErrorCode.FORBIDDEN,
            "pages of this origin may not open sockets here; the operator of this server can add it"
                + " to OPERATOR_ANALYTICS_CORS_ORIGINS");
  }
}
