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
 * A file that is read while it is written, by as many as like to and each at its own pace: who
 * writes never waits for a slow reader, and stops when all of them have left. When the writer fails
 * its readers fail, too, so that a connection is cut instead of ending well.
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
        grown(count);
      }
    };
  }

  /**
   * Nothing more comes.
   *
   * @param cause why; null when all has been written
   */
  synchronized void end(@Nullable Throwable cause) throws IOException {
    failure = cause;
    isComplete = true;
    // who left last may have left just before the end
    isAbandoned &= cause != null;
    written.close();
    notifyAll();
  }

  synchronized boolean isAbandoned() {
    return isAbandoned;
  }

  private synchronized void grown(int count) throws IOException {
    if (isAbandoned) {
      throw new IOException("nobody waits for the answer");
    }
    length += count;
    notifyAll();
  }

  /** How far it can be read beyond a position; the position itself at the end. */
  private synchronized long readableBeyond(long position) throws IOException {
    try {
      while (length == position && !isComplete) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (length == position && failure != null) {
      throw new IOException("the answer could not be finished", failure);
    }
    return length;
  }

  /** Waits for the first byte; fails when the writer does before it. */
  void awaitBeginning() throws IOException {
    var _ = readableBeyond(0);
  }

  /** Null when all have left before it was whole: it never will be. */
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
        var readable = readableBeyond(position) - position;
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
          left();
        }
      }
    };
  }

  private synchronized void left() {
    readers--;
    isAbandoned = readers == 0 && !isComplete;
  }
}
