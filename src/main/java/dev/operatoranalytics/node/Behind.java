package dev.operatoranalytics.node;

import java.io.Serial;

/** A node has not come so far as the chain was read already. */
public final class Behind extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  Behind(Node node, long head, long readTo) {
    super(
        "%s is behind: its newest block is %d, and block %d was read"
            .formatted(node, head, readTo));
  }
}
