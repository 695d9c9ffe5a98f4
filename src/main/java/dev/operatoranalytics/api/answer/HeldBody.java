package dev.operatoranalytics.api.graphql;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A long answer, which keeps the place of its request until the client has taken it, or left. */
final class HeldBody extends FilterInputStream {
  private final Runnable taken;

  /**
   * @param taken is run when the answer was taken, or is given up
   */
  HeldBody(InputStream body, Runnable taken) {
    super(body);
    this.taken = taken;
  }

  @Override
  public void close() throws IOException {
    taken.run();
    super.close();
  }
}
