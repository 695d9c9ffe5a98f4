package dev.operatoranalytics.api.live;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Of a client that does not take what it is answered, nothing more is read until it does; that it
 * has left would not be seen, so it is taken for gone after a while.
 */
final class BackpressureHandler extends ChannelInboundHandlerAdapter {
  private static final int PATIENCE_MINUTES = 5;

  private @Nullable Future<?> giveUp;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    follow(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    follow(context);
    context.fireChannelWritabilityChanged();
  }

  private void follow(ChannelHandlerContext context) {
    var isTaking = context.channel().isWritable();
    context.channel().config().setAutoRead(isTaking);
    stopClock();
    if (!isTaking) {
      Runnable close =
          () -> {
            var _ = context.close();
          };
      giveUp = context.executor().schedule(close, PATIENCE_MINUTES, TimeUnit.MINUTES);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stopClock();
  }

  private void stopClock() {
    if (giveUp != null) {
      giveUp.cancel(false);
      giveUp = null;
    }
  }
}
