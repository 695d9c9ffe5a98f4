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
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands between the network and Micronaut on every connection. */
@Singleton
final class ConnectionPipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final ClientQuotas clients;
  private final LimitSettings limits;
  private final RequestMetrics metrics;
  private final RequestTimeout.Room room;
  private final boolean isBehindProxy;

  ConnectionPipeline(
      ClientQuotas clients,
      LimitSettings limits,
      RequestMetrics metrics,
      HttpServerConfiguration server) {
    this.metrics = metrics;
    this.clients = clients;
    this.limits = limits;
    this.room = new RequestTimeout.Room((long) limits.unfinishedMegabytes() << 20);
    this.isBehindProxy = server.getClientAddressHeader() != null;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(null));
    return event.getBean();
  }

  /** Each connection gets one of its own, made from the first. */
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
                "arrival",
                new RequestTimeout(limits.requestTime(), room, metrics));
      }
    }

    @Override
    public void onInitialPipelineBuilt() {
      // a proxy's connections are those of many
      if (!isBehindProxy
          && channel != null
          && channel.remoteAddress() instanceof InetSocketAddress peer) {
        var place = clients.takeConnection(peer.getAddress().getHostAddress());
        if (place == null) {
          metrics.refused(ErrorCode.TOO_MANY_SOCKETS);
          var _ = channel.close();
        } else {
          channel.closeFuture().addListener(closed -> place.close());
        }
      }
    }
  }
}
