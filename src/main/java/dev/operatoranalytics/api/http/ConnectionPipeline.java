package dev.operatoranalytics.api.http;

import dev.operatoranalytics.api.document.LimitSettings;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.util.internal.PlatformDependent;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds our handlers to the Netty pipeline of each connection. */
@Singleton
final class ConnectionPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ClientQuotas clients;
  private final LimitSettings limits;
  private final RequestMetrics metrics;
  private final RequestTimeout.InFlightBytes inFlight;
  private final boolean isBehindProxy;

  ConnectionPipeline(
      ClientQuotas clients,
      LimitSettings limits,
      RequestMetrics metrics,
      HttpServerConfiguration server) {
    this.metrics = metrics;
    this.clients = clients;
    this.limits = limits;
    this.inFlight = new RequestTimeout.InFlightBytes(maxInFlightBytes(limits));
    this.isBehindProxy = server.getClientAddressHeader() != null;
  }

  /**
   * At most a quarter of the direct memory: the buffers take twice the bytes that were read, and
   * complete requests and responses need the rest.
   */
  private static long maxInFlightBytes(LimitSettings limits) {
    return Math.min(
        (long) limits.inFlightMegabytes() << 20, PlatformDependent.maxDirectMemory() / 4);
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(null));
    return event.getBean();
  }

  /** Micronaut makes one for each connection from the registered one. */
  private final class Customizer implements NettyServerCustomizer {
    private final @Nullable Channel channel;

    Customizer(@Nullable Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new Customizer(channel);
    }

    @Override
    public void onStreamPipelineBuilt() {
      var connection = Objects.requireNonNull(channel);
      SocketCompression.replaceIn(connection.pipeline());
      if (connection.pipeline().get(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC) != null) {
        connection
            .pipeline()
            .addAfter(
                ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                "requestTimeout",
                new RequestTimeout(limits.requestTimeout(), inFlight, metrics));
      }
    }

    @Override
    public void onInitialPipelineBuilt() {
      // a proxy's connections carry many clients
      if (!isBehindProxy
          && channel != null
          && channel.remoteAddress() instanceof InetSocketAddress peer) {
        var permit = clients.acquireConnection(peer.getAddress().getHostAddress());
        if (permit == null) {
          metrics.rejected(ErrorCode.TOO_MANY_SOCKETS);
          var _ = channel.close();
        } else {
          channel.closeFuture().addListener(closed -> permit.close());
        }
      }
    }
  }
}
