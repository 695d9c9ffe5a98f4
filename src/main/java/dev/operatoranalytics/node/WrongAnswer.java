package dev.operatoranalytics.node;

import java.io.Serial;

/** An answer that cannot be true: it contradicts itself, or what was asked. */
public final class WrongAnswer extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  WrongAnswer(Node node, String message) {
    super(node + ": " + message);
  }
}
