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

/** Identifies the client by its key or token. */
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
    // without a signature configuration, Micronaut would accept unsigned tokens
    this.tokens = signatures.isEmpty() ? List.of() : List.copyOf(tokens);
  }

  /** The key or token is unknown or invalid. */
  public static final class UnknownCredentials extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownCredentials() {
      super("the key or token is unknown or has expired");
    }
  }

  public boolean readingNeedsKey() {
    return settings.readingNeedsKey();
  }

  /** Reads the headers {@code Authorization: Bearer …} or {@code X-Api-Key}. */
  public Credentials of(HttpRequest<?> http) throws UnknownCredentials {
    var key = http.getHeaders().get("X-Api-Key");
    return of(http, key == null ? http.getHeaders().get("Authorization") : BEARER + key);
  }

  /**
   * @param authorization value of the header; null when it is missing
   */
  public Credentials of(HttpRequest<?> http, @Nullable String authorization)
      throws UnknownCredentials {
    // other schemes, such as a password for a proxy, are ignored
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Credentials.none(address(http));
    }
    var secret = authorization.substring(BEARER.length()).strip();
    var known = keys.find(secret);
    if (known.isPresent()) {
      return known.get();
    }
    for (var validator : tokens) {
      var authentication = Mono.from(validator.validateToken(secret, http)).block();
      if (authentication != null) {
        return credentials(authentication);
      }
    }
    throw new UnknownCredentials();
  }

  private Credentials credentials(Authentication authentication) {
    var caller =
        new Caller(
            authentication.getName(),
            authentication.getRoles().contains(settings.adminRole()) ? Role.ADMIN : Role.READER);
    if (authentication.getAttributes().get(EXPIRATION) instanceof Date date) {
      var expiresAt = date.toInstant();
      return new Credentials(caller, () -> Instant.now().isBefore(expiresAt));
    }
    return new Credentials(caller, () -> true);
  }

  /** The name that requests are counted by: of a known key, otherwise the address. */
  public String client(HttpRequest<?> http) {
    var key = http.getHeaders().get("X-Api-Key");
    var secret = key == null ? http.getHeaders().get("Authorization") : BEARER + key;
    return secret == null || secret.length() <= BEARER.length()
        ? address(http)
        : keys.find(secret.substring(BEARER.length()).strip())
            .map(known -> known.caller().name())
            .orElseGet(() -> address(http));
  }

  /** The client's address, as the nearest trusted proxy reports it. */
  public String address(HttpRequest<?> http) {
    return Objects.requireNonNullElse(addresses.resolve(http), "unknown");
  }
}
