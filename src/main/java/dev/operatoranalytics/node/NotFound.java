package dev.operatoranalytics.node;

import java.io.Serial;

/** The node returned null: it does not have the requested block. */
public final class NotFound extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  NotFound(Node node, String method) {
    super("%s answers %s with null".formatted(node, method));
  }
}
