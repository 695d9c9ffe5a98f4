package dev.operatoranalytics.api.live;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends the responses of one operation over a transport. */
interface OperationSink {

  /**
   * Sends a response; completes when the transport has accepted it, fails when it is closed.
   *
   * @param cursor of the event; null without an event
   */
  CompletionStage<?> next(byte[] answer, @Nullable String cursor);

  /** A subscription receives all events from now on. A WebSocket has no message for that. */
  default void subscribed() {}

  /** Ends the operation with errors. */
  void reject(Map<String, Object> answer);

  /** Ends the operation. */
  void complete();
}
