package dev.operatoranalytics.api.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that many readers read while it is written, each at its own pace. The writer never waits
 * for a reader, and stops when all readers have closed it. When the writer fails, its readers fail
 * too, so that their connections are aborted instead of ending normally.
 */
final class SpoolFile {
  private final Path path;
  private final FileChannel written;
  private long length;
  private int readers;
  private boolean isAbandoned;
  private boolean isComplete;
  private @Nullable Throwable failure;

  SpoolFile(Path path) throws IOException {
    this.path = path;
    this.written = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  Path path() {
    return path;
  }

  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int each) throws IOException {
        write(new byte[] {(byte) each}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, offset, count);
        while (buffer.hasRemaining()) {
          written.write(buffer);
        }
        appended(count);
      }
    };
  }

  /**
   * Ends the file.
   *
   * @param cause the failure; null when the file is complete
   */
  synchronized void end(@Nullable Throwable cause) throws IOException {
    failure = cause;
    isComplete = true;
    // the last reader may have closed it just before the end
    isAbandoned &= cause != null;
    written.close();
    notifyAll();
  }

  synchronized boolean isAbandoned() {
    return isAbandoned;
  }

  private synchronized void appended(int count) throws IOException {
    if (isAbandoned) {
      throw new IOException("the response has no reader");
    }
    length += count;
    notifyAll();
  }

  /** Waits for bytes beyond a position; returns the length, which is the position at the end. */
  private synchronized long awaitBeyond(long position) throws IOException {
    try {
      while (length == position && !isComplete) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (length == position && failure != null) {
      throw new IOException("the response failed", failure);
    }
    return length;
  }

  /** Waits for the first byte; fails when the writer fails before it. */
  void awaitFirstByte() throws IOException {
    var _ = awaitBeyond(0);
  }

  /** Null when all readers closed it before it was complete, so that it was abandoned. */
  synchronized @Nullable InputStream open() throws IOException {
    if (isAbandoned) {
      return null;
    }
    var channel = FileChannel.open(path, StandardOpenOption.READ);
    readers++;
    return new InputStream() {
      private long position;

      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
          return 0;
        }
        var readable = awaitBeyond(position) - position;
        if (readable == 0) {
          return -1;
        }
        var read =
            channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(count, readable)), position);
        position += Math.max(0, read);
        return read;
      }

      @Override
      public void close() throws IOException {
        if (channel.isOpen()) {
          channel.close();
          readerClosed();
        }
      }
    };
  }

  private synchronized void readerClosed() {
    readers--;
    isAbandoned = readers == 0 && !isComplete;
  }
}
