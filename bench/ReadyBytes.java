import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers each request on loopback with the bytes of a file: the floor of a server on Netty. The
 * query string names the file.
 */
final class ReadyBytes {
  /**
   * @param arguments port, and the directory of the files
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, ByteBuf> answers = new HashMap<>();
    try (var files = Files.newDirectoryStream(Path.of(arguments[1]))) {
      for (var file : files) {
        answers.put(
            file.getFileName().toString(),
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(Files.readAllBytes(file))));
      }
    }
    new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()))
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(), new HttpObjectAggregator(1 << 20), handler(answers));
              }
            })
        .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))
        .sync();
    System.out.println("answers");
  }

  private static ChannelHandler handler(Map<String, ByteBuf> answers) {
    return new SimpleChannelInboundHandler<FullHttpRequest>() {
      @Override
      protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        var name = request.uri().substring(request.uri().indexOf('?') + 1);
        var bytes = answers.get(name).duplicate();
        var response =
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, bytes);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
        context.writeAndFlush(response);
      }
    };
  }
}
