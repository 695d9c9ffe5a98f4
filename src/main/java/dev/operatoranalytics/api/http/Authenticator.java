package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.Credentials;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.Caller.Role;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.util.HttpClientAddressResolver;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import io.micronaut.security.token.validator.TokenValidator;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Tells who asks, from the key or token that is shown. */
@Singleton
public class Authenticator {
  private static final String BEARER = "Bearer ";
  private static final String EXPIRATION = "exp";

  private final AccessSettings settings;
  private final ApiKeys keys;
  private final HttpClientAddressResolver addresses;
  private final List<TokenValidator<HttpRequest<?>>> tokens;

  Authenticator(
      AccessSettings settings,
      ApiKeys keys,
      HttpClientAddressResolver addresses,
      Collection<TokenValidator<HttpRequest<?>>> tokens,
      Collection<SignatureConfiguration> signatures) {
    this.settings = settings;
    this.keys = keys;
    this.addresses = addresses;
    // without a signature to check, a token that is not signed at all would be believed
    this.tokens = signatures.isEmpty() ? List.of() : List.copyOf(tokens);
  }

  /** What was shown is no key of ours, and no token that we believe. */
  public static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super("the key or token is not known, or is out of date");
    }
  }

  public boolean readingNeedsKey() {
    return settings.readingNeedsKey();
  }

  /** From the headers {@code Authorization: Bearer …} or {@code X-Api-Key}. */
  public Credentials of(HttpRequest<?> http) throws Unknown {
    var key = http.getHeaders().get("X-Api-Key");
    return of(http, key == null ? http.getHeaders().get("Authorization") : BEARER + key);
  }

  /**
   * @param authorization as in the header; null when nothing is shown
   */
  public Credentials of(HttpRequest<?> http, @Nullable String authorization) throws Unknown {
    // what is not a bearer's, a proxy's own password say, is not for us
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Credentials.none(address(http));
    }
    var shown = authorization.substring(BEARER.length()).strip();
    var known = keys.find(shown);
    if (known.isPresent()) {
      return known.get();
    }
    for (var validator : tokens) {
      var believed = Mono.from(validator.validateToken(shown, http)).block();
      if (believed != null) {
        return credentials(believed);
      }
    }
    throw new Unknown();
  }

  private Credentials credentials(Authentication believed) {
    var caller =
        new Caller(
            believed.getName(),
            believed.getRoles().contains(settings.adminRole()) ? Role.ADMIN : Role.READER);
    if (believed.getAttributes().get(EXPIRATION) instanceof Date date) {
      var expiresAt = date.toInstant();
      return new Credentials(caller, () -> Instant.now().isBefore(expiresAt));
    }
    return new Credentials(caller, () -> true);
  }

  /** For whom requests are counted: a key that is known, or else the address. */
  public String client(HttpRequest<?> http) {
    var key = http.getHeaders().get("X-Api-Key");
    var shown = key == null ? http.getHeaders().get("Authorization") : BEARER + key;
    return shown == null || shown.length() <= BEARER.length()
        ? address(http)
        : keys.find(shown.substring(BEARER.length()).strip())
            .map(known -> known.caller().name())
            .orElseGet(() -> address(http));
  }

  /** Of the client, as the nearest proxy that is trusted says. */
  public String address(HttpRequest<?> http) {
    return Objects.requireNonNullElse(addresses.resolve(http), "unknown");
  }
}
