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
 * Closes connections whose request is incomplete after {@code requestTimeout}, and caps the memory
 * of incomplete requests. A request that arrives in one piece is not counted.
 */
final class RequestTimeout extends ChannelDuplexHandler {
  /** Requests up to this size are never rejected for lack of memory. */
  private static final int SMALL = 1 << 16;

  /** Memory that a part of a body takes beside its bytes. */
  private static final int BYTES_PER_PART = 128;

  private static final int LINGER_SECONDS = 2;

  private final Duration timeout;
  private final InFlightBytes inFlight;
  private final RequestMetrics metrics;
  private @Nullable Future<?> deadline;
  private boolean isIncomplete;
  private boolean hasReadMessage;
  private boolean isRejected;
  private int pendingResponses;
  private long bytes;
  private long counted;

  /** The bytes of incomplete requests, of all connections. */
  static final class InFlightBytes {
    private final AtomicLong total = new AtomicLong();
    private final long max;

    InFlightBytes(long max) {
      this.max = max;
    }
  }

  RequestTimeout(Duration timeout, InFlightBytes inFlight, RequestMetrics metrics) {
    this.metrics = metrics;
    this.timeout = timeout;
    this.inFlight = inFlight;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    hasReadMessage = true;
    if (isRejected) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest) {
      isIncomplete = true;
      pendingResponses++;
    }
    // parts of a request that is answered already are read and discarded
    if (message instanceof HttpContent part && pendingResponses > 0) {
      bytes += part.content().readableBytes() + BYTES_PER_PART;
    }
    if (message instanceof LastHttpContent) {
      complete();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // bytes without a message begin a request, unless a response is pending
    isIncomplete |= !hasReadMessage && pendingResponses == 0;
    hasReadMessage = false;
    if (isIncomplete && !isRejected) {
      trackIncomplete(context);
    }
    context.fireChannelReadComplete();
  }

  private void trackIncomplete(ChannelHandlerContext context) {
    if (deadline == null) {
      deadline =
          context
              .executor()
              .schedule(() -> timeOut(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    var total = inFlight.total.addAndGet(bytes - counted);
    counted = bytes;
    if (total > inFlight.max && bytes > SMALL) {
      reject(context, RequestRejected.busy("too many long requests are arriving"));
    }
  }

  private void timeOut(ChannelHandlerContext context) {
    reject(
        context,
        new RequestRejected(
            HttpStatus.REQUEST_TIMEOUT,
            ErrorCode.REQUEST_TOO_SLOW,
            "the request was incomplete after %s s".formatted(timeout.toSeconds())));
  }

  private void reject(ChannelHandlerContext context, RequestRejected rejection) {
    complete();
    isRejected = true;
    metrics.rejected(rejection.code());
    if (pendingResponses != 1) {
      // the client could not tell which request the response belongs to
      var _ = context.close();
      return;
    }
    var body = JsonResponse.of(rejection.answer()).whole();
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(rejection.status().getCode()),
            Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(written -> closeAfterLinger(context));
  }

  /** Closing with unread bytes would reset the connection and lose the response. */
  private static void closeAfterLinger(ChannelHandlerContext context) {
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
        pendingResponses--;
        if (pendingResponses == 0) {
          release();
        }
      }
      default -> {}
    }
    var _ = context.write(message, promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    complete();
  }

  private void complete() {
    isIncomplete = false;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    release();
  }

  private void release() {
    inFlight.total.addAndGet(-counted);
    counted = 0;
    bytes = 0;
  }
}
