package dev.operatoranalytics.node;

import java.io.Serial;

/** The node, the network and the events database do not belong to the same chain. */
public final class WrongChain extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  WrongChain(String message) {
    super(message);
  }
}
