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

/** Lets in who may ask what is asked; the others are told why not. */
@Singleton
public final class Authorizer {
  private final Authenticator access;

  Authorizer(Authenticator access) {
    this.access = access;
  }

  public Caller caller(HttpRequest<?> http) {
    return credentials(http).caller();
  }

  public Credentials credentials(HttpRequest<?> http) {
    try {
      return access.of(http);
    } catch (Authenticator.Unknown e) {
      throw RequestRejected.unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param authorization as in the header; null when nothing is shown
   */
  public Credentials credentials(HttpRequest<?> http, @Nullable String authorization) {
    try {
      return access.of(http, authorization);
    } catch (Authenticator.Unknown e) {
      throw RequestRejected.unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  public void check(DocumentCache.Checked document, GraphqlRequest request) {
    if (!request.credentials().areValid()) {
      throw expired();
    }
    if (access.readingNeedsKey() && !request.caller().isKnown()) {
      throw RequestRejected.unauthenticated("a key is needed: send it as Authorization: Bearer …");
    }
    if (document.operation(request.operationName()) == Operation.MUTATION
        && !document.entry().hasErrors()) {
      RequestRejected.requireAdmin(request.caller());
    }
  }

  /** For an operation that outlives the credentials it was started with. */
  public static RequestRejected expired() {
    return RequestRejected.unauthenticated("the key or token has expired or was removed");
  }
}
