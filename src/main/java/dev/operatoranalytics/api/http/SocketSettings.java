package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Settings of sockets and event streams, below {@code operator-analytics.sockets}.
 *
 * @param initTimeout time within which a socket must send {@code connection_init}
 * @param pingEvery interval of pings
 * @param perClient max open sockets and event streams of one client
 * @param operations max concurrent operations on one socket
 */
@ConfigurationProperties("operator-analytics.sockets")
public record SocketSettings(
    @Bindable(defaultValue = "5s") Duration initTimeout,
    @Bindable(defaultValue = "30s") Duration pingEvery,
    @Bindable(defaultValue = "100") int perClient,
    @Bindable(defaultValue = "100") int operations) {

  /** Max bytes of a received message, after decompression. */
  public static final int MAX_MESSAGE_BYTES = 1 << 20;
}
