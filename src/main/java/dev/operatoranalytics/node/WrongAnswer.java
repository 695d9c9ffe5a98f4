package dev.operatoranalytics.node;

import java.io.Serial;

/** A response that contradicts itself or the request. */
public final class WrongAnswer extends NodeFailure {
  @Serial private static final long serialVersionUID = 1L;

  WrongAnswer(Node node, String message) {
    super(node + ": " + message);
  }
}
