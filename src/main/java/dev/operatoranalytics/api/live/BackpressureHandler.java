package dev.operatoranalytics.api.live;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading from a socket while its send buffer is full. A disconnect is not noticed meanwhile,
 * so the socket is closed after 5 minutes.
 */
final class BackpressureHandler extends ChannelInboundHandlerAdapter {
  private static final int TIMEOUT_MINUTES = 5;

  private @Nullable Future<?> timeout;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    update(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    update(context);
    context.fireChannelWritabilityChanged();
  }

  private void update(ChannelHandlerContext context) {
    var isWritable = context.channel().isWritable();
    context.channel().config().setAutoRead(isWritable);
    cancelTimeout();
    if (!isWritable) {
      Runnable close =
          () -> {
            var _ = context.close();
          };
      timeout = context.executor().schedule(close, TIMEOUT_MINUTES, TimeUnit.MINUTES);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    cancelTimeout();
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }
}
