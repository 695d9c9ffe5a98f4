package dev.operatoranalytics.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.http.HttpTimeoutException;

/** A node did not give what was asked of it; another node may. */
public class NodeFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean isSlowOrCut;

  NodeFailure(String message) {
    super(message);
    this.isSlowOrCut = false;
  }

  /**
   * @param cause why no answer was read to its end
   */
  NodeFailure(String message, IOException cause) {
    super(message, cause);
    this.isSlowOrCut =
        cause instanceof HttpTimeoutException
            || cause instanceof EOFException
            || cause instanceof JsonProcessingException;
  }

  /** Whether the answer took too long, or ended before its end. */
  final boolean isSlowOrCut() {
    return isSlowOrCut;
  }
}
