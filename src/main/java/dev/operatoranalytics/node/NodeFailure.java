package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.http.HttpTimeoutException;

/** A node failed to answer a request; another node may succeed. */
public class NodeFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean isSlowOrCut;

  NodeFailure(String message) {
    super(message);
    this.isSlowOrCut = false;
  }

  /**
   * @param cause reason why the response was not read to its end
   */
  NodeFailure(String message, IOException cause) {
    super(message, cause);
    this.isSlowOrCut =
        cause instanceof HttpTimeoutException
            || cause instanceof EOFException
            || cause instanceof JsonProcessingException;
  }

  /** Whether the response was late or truncated. */
  final boolean isSlowOrCut() {
    return isSlowOrCut;
  }
}
