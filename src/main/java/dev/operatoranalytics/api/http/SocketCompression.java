package dev.operatoranalytics.api.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilter;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;

/**
 * Compresses only messages of 1 KB and more. Events are small and go to many sockets: compressing
 * each for each socket costs more than all other work, and a quarter of a megabyte per socket.
 * Received messages may not exceed the max message size after decompression.
 */
final class SocketCompression {
  /** Micronaut's handler, which compresses every message. */
  private static final String MICRONAUT_HANDLER = "WebSocketServerCompressionHandler";

  private static final int MIN_COMPRESSED_BYTES = 1_024;
  private static final int LEVEL = 6;

  private static final WebSocketExtensionFilterProvider LARGE_MESSAGES_ONLY =
      new WebSocketExtensionFilterProvider() {
        @Override
        public WebSocketExtensionFilter encoderFilter() {
          return frame -> frame.content().readableBytes() < MIN_COMPRESSED_BYTES;
        }

        @Override
        public WebSocketExtensionFilter decoderFilter() {
          return WebSocketExtensionFilter.NEVER_SKIP;
        }
      };

  private SocketCompression() {}

  static void replaceIn(ChannelPipeline pipeline) {
    if (pipeline.get(MICRONAUT_HANDLER) != null) {
      pipeline.replace(
          MICRONAUT_HANDLER, MICRONAUT_HANDLER, new WebSocketServerExtensionHandler(handshaker()));
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
        LARGE_MESSAGES_ONLY,
        SocketSettings.MAX_MESSAGE_BYTES);
  }
}
