package dev.operatoranalytics.node;

import java.io.Serial;
import java.util.Locale;
import java.util.regex.Pattern;

/** The error object of a JSON-RPC response. */
public final class RpcError extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INTERNAL = -32603;
  private static final int LIMIT_EXCEEDED = -32005;
  // providers use -32005 for both of these; only the text differs
  private static final Pattern TOO_MANY_REQUESTS =
      Pattern.compile(
          "too many requests|rate.?limit|request rate|request count|requests per|throughput"
              + "|compute units|capacity|quota");
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "query returned more than|range|too large|too many|too wide|too big|exceed|limit|size"
              + "|results|timed? ?out|timeout");

  private static final Pattern NO_HISTORY =
      Pattern.compile(
          "missing trie node|header not found|block not found|unknown block|pruned|archive"
              + "|histor|state (?:is )?(?:not available|unavailable|not found)");

  private final int code;
  private final String reason;

  /**
   * @param node name of the node, without a key
   * @param reason the message of the error
   */
  RpcError(String node, String method, int code, String reason) {
    super("%s answers %s with error %d: %s".formatted(node, method, code, reason));
    this.code = code;
    this.reason = reason.toLowerCase(Locale.ROOT);
  }

  public int code() {
    return code;
  }

  /** Whether the same request may succeed later. */
  boolean isRateLimit() {
    return code == 429 || TOO_MANY_REQUESTS.matcher(reason).find();
  }

  /** Whether the error is the node's own failure, independent of the request. */
  boolean isInternal() {
    return code == INTERNAL && !isTooLarge();
  }

  /** Whether a request for a smaller range may succeed. */
  boolean isTooLarge() {
    return !isRateLimit() && (code == LIMIT_EXCEEDED || TOO_LARGE.matcher(reason).find());
  }

  /** Whether the node no longer has the state of the block that was asked for. */
  public boolean isNoHistory() {
    return !isRateLimit() && NO_HISTORY.matcher(reason).find();
  }

  /** Whether the node does not support the method. */
  boolean isUnknownMethod() {
    return code == METHOD_NOT_FOUND
        || reason.contains("method not found")
        || reason.contains("does not exist")
        || reason.contains("not supported");
  }
}
