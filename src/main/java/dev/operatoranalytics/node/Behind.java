package dev.operatoranalytics.node;

import java.io.Serial;

/** The node's newest block is before the last block that was read. */
public final class Behind extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  Behind(Node node, long head, long readTo) {
    super(
        "%s is behind: its newest block is %d, and block %d was read"
            .formatted(node, head, readTo));
  }
}
