package dev.operatoranalytics.api.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilter;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;

/**
 * Packs only what gains by it. Events are small and go to many: to pack each for each socket costs
 * both sides more than all else about it, and a quarter of a megabyte for each socket. What comes
 * packed may not grow beyond the longest message.
 */
final class SocketCompression {
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

  private SocketCompression() {}

  static void replaceIn(ChannelPipeline pipeline) {
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
        SocketSettings.MAX_MESSAGE_BYTES);
  }
}
