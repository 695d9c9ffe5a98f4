package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.Credentials;
import dev.operatoranalytics.api.document.DocumentCache;
import dev.operatoranalytics.api.document.GraphqlRequest;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.Caller;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Checks that a client may execute its document; the rejection states the reason. */
@Singleton
public final class Authorizer {
  private final Authenticator authenticator;

  Authorizer(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  public Caller caller(HttpRequest<?> http) {
    return credentials(http).caller();
  }

  public Credentials credentials(HttpRequest<?> http) {
    try {
      return authenticator.of(http);
    } catch (Authenticator.UnknownCredentials e) {
      throw RequestRejected.unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param authorization value of the header; null when it is missing
   */
  public Credentials credentials(HttpRequest<?> http, @Nullable String authorization) {
    try {
      return authenticator.of(http, authorization);
    } catch (Authenticator.UnknownCredentials e) {
      throw RequestRejected.unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  public void check(DocumentCache.ValidatedDocument document, GraphqlRequest request) {
    if (!request.credentials().areValid()) {
      throw expired();
    }
    if (authenticator.readingNeedsKey() && !request.caller().isKnown()) {
      throw RequestRejected.unauthenticated("a key is needed: send it as Authorization: Bearer …");
    }
    if (document.operation(request.operationName()) == Operation.MUTATION
        && !document.entry().hasErrors()) {
      RequestRejected.requireAdmin(request.caller());
    }
  }

  /** Ends an operation whose credentials are no longer valid. */
  public static RequestRejected expired() {
    return RequestRejected.unauthenticated("the key or token has expired or was removed");
  }
}
