package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.GenericFutureListener;

/** That a client has closed its connection, whatever of its answer it was sent. */
public final class OnDisconnect {
  private OnDisconnect() {}

  /**
   * @param left is run on the event loop
   * @return forgets it, for connections outlive requests
   */
  public static Runnable tell(HttpRequest<?> http, Runnable left) {
    if (!(http instanceof NettyHttpRequest<?> netty)) {
      return () -> {};
    }
    var closing = netty.getChannelHandlerContext().channel().closeFuture();
    GenericFutureListener<ChannelFuture> listener = closed -> left.run();
    closing.addListener(listener);
    return () -> closing.removeListener(listener);
  }
}
