package dev.operatoranalytics.cli;

/** A command failed; the message is one line that says what to do next. */
final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailed(String message) {
    super(message);
  }
}
