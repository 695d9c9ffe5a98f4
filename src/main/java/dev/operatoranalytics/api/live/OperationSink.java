package dev.operatoranalytics.api.live;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where the answers of one operation go, whatever they travel on. */
interface OperationSink {

  /**
   * Sends an answer; done when the socket has taken it, failed when the socket is gone.
   *
   * @param cursor of the event that it tells; null when it tells none
   */
  CompletionStage<?> next(byte[] answer, @Nullable String cursor);

  /** Says that the operation was not executed at all. */
  void refuse(Map<String, Object> answer);

  /** Says that no more answers come. */
  void complete();
}
