package dev.operatoranalytics.api.http;

import static io.netty.handler.codec.http.HttpResponseStatus.SWITCHING_PROTOCOLS;

import dev.operatoranalytics.api.document.JsonResponse;
import dev.operatoranalytics.api.document.RequestMetrics;
import dev.operatoranalytics.api.document.RequestRejected;
import dev.operatoranalytics.api.query.ErrorCode;
import io.micronaut.http.HttpStatus;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a client begins to send has to be there in time, and what came of all requests that are not
 * whole yet must not fill the memory. A request that comes in one piece costs nothing here.
 */
final class RequestTimeout extends ChannelDuplexHandler {
  /** Held of one request, it is nobody's fault that there is no room. */
  private static final int SMALL = 1 << 16;

  /** What a part of a body takes beside its bytes. */
  private static final int BYTES_OF_PART = 128;

  private static final int LINGER_SECONDS = 2;

  private final Duration time;
  private final Room room;
  private final RequestMetrics metrics;
  private @Nullable Future<?> deadline;
  private boolean isUnfinished;
  private boolean isSomethingRead;
  private boolean isRefused;
  private int unanswered;
  private long bytes;
  private long taken;

  /** For what came of requests that are not whole yet, of all connections. */
  static final class Room {
    private final AtomicLong taken = new AtomicLong();
    private final long most;

    Room(long most) {
      this.most = most;
    }
  }

  RequestTimeout(Duration time, Room room, RequestMetrics metrics) {
    this.metrics = metrics;
    this.time = time;
    this.room = room;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    isSomethingRead = true;
    if (isRefused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest) {
      isUnfinished = true;
      unanswered++;
    }
    // what is answered already is read on, but nobody holds it
    if (message instanceof HttpContent part && unanswered > 0) {
      bytes += part.content().readableBytes() + BYTES_OF_PART;
    }
    if (message instanceof LastHttpContent) {
      end();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // bytes that made no message yet are the beginning of one, unless an answer is under way
    isUnfinished |= !isSomethingRead && unanswered == 0;
    isSomethingRead = false;
    if (isUnfinished && !isRefused) {
      expectMore(context);
    }
    context.fireChannelReadComplete();
  }

  private void expectMore(ChannelHandlerContext context) {
    if (deadline == null) {
      deadline =
          context
              .executor()
              .schedule(() -> giveUp(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }
    var all = room.taken.addAndGet(bytes - taken);
    taken = bytes;
    if (all > room.most && bytes > SMALL) {
      refuse(context, RequestRejected.notNow("too many long requests are arriving"));
    }
  }

  private void giveUp(ChannelHandlerContext context) {
    refuse(
        context,
        new RequestRejected(
            HttpStatus.REQUEST_TIMEOUT,
            ErrorCode.REQUEST_TOO_SLOW,
            "the request was not whole after %s s".formatted(time.toSeconds())));
  }

  private void refuse(ChannelHandlerContext context, RequestRejected refusal) {
    end();
    isRefused = true;
    metrics.refused(refusal.code());
    if (unanswered != 1) {
      // what is read next would be taken for the answer to another request, or to none
      var _ = context.close();
      return;
    }
    var body = JsonResponse.of(refusal.answer()).whole();
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(refusal.status().getCode()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(written -> closeSoon(context));
  }

  /** At once, with something unread, would reset the connection and lose the answer with it. */
  private static void closeSoon(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(true);
    Runnable close =
        () -> {
          var _ = context.close();
        };
    var _ = context.executor().schedule(close, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    switch (message) {
      case HttpResponse response when response.status().equals(SWITCHING_PROTOCOLS) ->
          context.pipeline().remove(this);
      case HttpResponse response
          when response.status().codeClass() == HttpStatusClass.INFORMATIONAL -> {}
      case LastHttpContent last -> {
        unanswered--;
        if (unanswered == 0) {
          giveBack();
        }
      }
      default -> {}
    }
    var _ = context.write(message, promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    end();
  }

  private void end() {
    isUnfinished = false;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    giveBack();
  }

  private void giveBack() {
    room.taken.addAndGet(-taken);
    taken = 0;
    bytes = 0;
  }
}
