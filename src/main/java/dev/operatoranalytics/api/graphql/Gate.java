package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.access.Access;
import dev.operatoranalytics.api.access.Caller;
import dev.operatoranalytics.api.access.Credentials;
import dev.operatoranalytics.api.query.ErrorCode;
import graphql.language.OperationDefinition.Operation;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Lets in who may ask what is asked; the others are told why not. */
@Singleton
public final class Gate {
  private final Access access;

  Gate(Access access) {
    this.access = access;
  }

  public Caller caller(HttpRequest<?> http) {
    return credentials(http).caller();
  }

  Credentials credentials(HttpRequest<?> http) {
    try {
      return access.of(http);
    } catch (Access.Unknown e) {
      throw unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param authorization as in the header; null when nothing is shown
   */
  Credentials credentials(HttpRequest<?> http, @Nullable String authorization) {
    try {
      return access.of(http, authorization);
    } catch (Access.Unknown e) {
      throw unauthenticated(String.valueOf(e.getMessage()));
    }
  }

  void check(Documents.Checked document, GraphqlRequest request) {
    if (!request.credentials().areValid()) {
      throw expired();
    }
    if (access.readingNeedsKey() && !request.caller().isKnown()) {
      throw unauthenticated("a key is needed: send it as Authorization: Bearer …");
    }
    if (document.operation(request.operationName()) == Operation.MUTATION
        && !document.entry().hasErrors()) {
      refuseOthersThanAdmins(request.caller());
    }
  }

  static void refuseOthersThanAdmins(Caller caller) {
    if (!caller.isKnown()) {
      throw unauthenticated("an administrator's key is needed: send it as Authorization: Bearer …");
    }
    if (!caller.isAdmin()) {
      throw new Refusal(
          HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "this is for administrators alone");
    }
  }

  /** For an operation that outlives the credentials it was started with. */
  static Refusal expired() {
    return unauthenticated("the key or token has expired or was removed");
  }

  private static Refusal unauthenticated(String message) {
    return new Refusal(HttpStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, message);
  }
}
