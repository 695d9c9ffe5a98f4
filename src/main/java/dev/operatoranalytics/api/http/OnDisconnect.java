package dev.operatoranalytics.api.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.GenericFutureListener;

/** Runs a listener when the client closes its connection. */
public final class OnDisconnect {
  private OnDisconnect() {}

  /**
   * @param listener runs on the event loop
   * @return removes the listener; to be run, because connections outlive requests
   */
  public static Runnable register(HttpRequest<?> http, Runnable listener) {
    if (!(http instanceof NettyHttpRequest<?> netty)) {
      return () -> {};
    }
    var closing = netty.getChannelHandlerContext().channel().closeFuture();
    GenericFutureListener<ChannelFuture> onClose = closed -> listener.run();
    closing.addListener(onClose);
    return () -> closing.removeListener(onClose);
  }
}
