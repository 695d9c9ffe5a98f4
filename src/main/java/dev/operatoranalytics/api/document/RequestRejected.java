package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import java.util.List;
import java.util.Map;

/** A request that is turned away before anything runs; the message is for whoever sent it. */
public final class RequestRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** After which a server that was busy, or without its database, is worth another try. */
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

  public static RequestRejected tooOften(int waitSeconds) {
    return new RequestRejected(
        HttpStatus.TOO_MANY_REQUESTS,
        ErrorCode.TOO_MANY_REQUESTS,
        "too many requests in a minute: ask again in " + waitSeconds + " s",
        waitSeconds);
  }

  /**
   * @param why what there is too much of
   */
  public static RequestRejected notNow(String why) {
    return new RequestRejected(
        HttpStatus.SERVICE_UNAVAILABLE,
        ErrorCode.UNAVAILABLE,
        why + " at the moment; try again in " + SECONDS_UNTIL_RETRY + " s",
        SECONDS_UNTIL_RETRY);
  }

  /** For what waits in a queue that is full, or has waited too long. */
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
          HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "this is for administrators alone");
    }
  }

  public static RequestRejected malformed(String message) {
    return new RequestRejected(HttpStatus.BAD_REQUEST, ErrorCode.BAD_REQUEST, message);
  }

  public HttpStatus status() {
    return status;
  }

  /** After which it is worth another try; 0 when that is not known. */
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
