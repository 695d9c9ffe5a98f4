package dev.operatoranalytics.api.graphql;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Where the answers of one operation go, whatever they travel on. */
interface Sink {

  /** Sends an answer; done when the socket has taken it, failed when the socket is gone. */
  CompletionStage<?> next(byte[] answer);

  /** Says that the operation was not executed at all. */
  void refuse(Map<String, Object> answer);

  /** Says that no more answers come. */
  void complete();
}
