package dev.operatoranalytics.api.graphql;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilter;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Packs only what gains by it. Events are small and go to many: to pack each for each socket costs
 * both sides more than all else about it, and a quarter of a megabyte for each socket. What comes
 * packed may not grow beyond the longest message.
 */
@Singleton
final class SocketCompression implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  /** The handler of Micronaut that packs everything. */
  private static final String OF_ALL = "WebSocketServerCompressionHandler";

  private static final int SMALL = 1_024;
  private static final int LEVEL = 6;

  private static final WebSocketExtensionFilterProvider UNLESS_SMALL =
      new WebSocketExtensionFilterProvider() {
        @Override
        public WebSocketExtensionFilter encoderFilter() {
          return frame -> frame.content().readableBytes() < SMALL;
        }

        @Override
        public WebSocketExtensionFilter decoderFilter() {
          return WebSocketExtensionFilter.NEVER_SKIP;
        }
      };

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Replacement(null));
    return event.getBean();
  }

  /**
   * @param channel null for the pattern of all
   */
  private record Replacement(@Nullable Channel channel) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return new Replacement(channel);
    }

    @Override
    public void onStreamPipelineBuilt() {
      var pipeline = Objects.requireNonNull(channel).pipeline();
      if (pipeline.get(OF_ALL) != null) {
        pipeline.replace(OF_ALL, OF_ALL, new WebSocketServerExtensionHandler(handshaker()));
      }
    }

    private static PerMessageDeflateServerExtensionHandshaker handshaker() {
      return new PerMessageDeflateServerExtensionHandshaker(
          LEVEL,
          ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
          PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
          false,
          false,
          PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
          PerMessageDeflateServerExtensionHandshaker.DEFAULT_MEM_LEVEL,
          UNLESS_SMALL,
          GraphqlSockets.GREATEST_MESSAGE);
    }
  }
}
