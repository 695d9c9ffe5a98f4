package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * What may be set for sockets and event streams, below {@code operator-analytics.sockets}.
 *
 * @param initTimeout how long a socket may stay without {@code connection_init}
 * @param pingEvery how often a socket is asked whether somebody is there
 * @param perClient sockets and event streams that one client may have open
 * @param operations that may be under way on one socket
 */
@ConfigurationProperties("operator-analytics.sockets")
public record SocketSettings(
    @Bindable(defaultValue = "5s") Duration initTimeout,
    @Bindable(defaultValue = "30s") Duration pingEvery,
    @Bindable(defaultValue = "100") int perClient,
    @Bindable(defaultValue = "100") int operations) {

  /** Longest message that a socket takes, compressed or not. */
  public static final int MAX_MESSAGE_BYTES = 1 << 20;
}
