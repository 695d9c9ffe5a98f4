package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import java.util.List;
import java.util.Map;

/** A request that is rejected before execution; the message is for the client. */
public final class RequestRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Seconds to wait when the server was busy or had no database. */
  public static final int SECONDS_UNTIL_RETRY = 5;

  private final HttpStatus status;
  private final ErrorCode code;
  private final int waitSeconds;

  public RequestRejected(HttpStatus status, ErrorCode code, String message) {
    this(status, code, message, 0);
  }

  private RequestRejected(HttpStatus status, ErrorCode code, String message, int waitSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.waitSeconds = waitSeconds;
  }

  public static RequestRejected rateLimited(int waitSeconds) {
    return new RequestRejected(
        HttpStatus.TOO_MANY_REQUESTS,
        ErrorCode.TOO_MANY_REQUESTS,
        "too many requests in a minute: retry in " + waitSeconds + " s",
        waitSeconds);
  }

  /**
   * @param why the cause
   */
  public static RequestRejected busy(String why) {
    return new RequestRejected(
        HttpStatus.SERVICE_UNAVAILABLE,
        ErrorCode.UNAVAILABLE,
        why + "; retry in " + SECONDS_UNTIL_RETRY + " s",
        SECONDS_UNTIL_RETRY);
  }

  /** The same request may succeed after a wait. */
  static RequestRejected later(HttpStatus status, ErrorCode code, String why) {
    return new RequestRejected(
        status, code, why + "; retry in " + SECONDS_UNTIL_RETRY + " s", SECONDS_UNTIL_RETRY);
  }

  /** For a queue that is full, or a wait that was too long. */
  static RequestRejected busy(int waitSeconds) {
    return new RequestRejected(
        HttpStatus.SERVICE_UNAVAILABLE,
        ErrorCode.UNAVAILABLE,
        "server busy, retry in " + waitSeconds + " s",
        waitSeconds);
  }

  public static RequestRejected unauthenticated(String message) {
    return new RequestRejected(HttpStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, message);
  }

  /** Throws unless the caller is an administrator. */
  public static void requireAdmin(Caller caller) {
    if (!caller.isKnown()) {
      throw unauthenticated("an administrator's key is needed: send it as Authorization: Bearer …");
    }
    if (!caller.isAdmin()) {
      throw new RequestRejected(
          HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "only administrators may do this");
    }
  }

  public static RequestRejected malformed(String message) {
    return new RequestRejected(HttpStatus.BAD_REQUEST, ErrorCode.BAD_REQUEST, message);
  }

  public HttpStatus status() {
    return status;
  }

  /** Seconds until a retry can succeed; 0 when unknown. */
  public int waitSeconds() {
    return waitSeconds;
  }

  public ErrorCode code() {
    return code;
  }

  public Map<String, Object> answer() {
    return Map.of(
        "errors",
        List.of(
            Map.of(
                "message",
                String.valueOf(getMessage()),
                "extensions",
                Map.of("code", code.name()))));
  }
}
