package dev.operatoranalytics.api.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;

/** Packs what it reads, as fast as it can: somebody waits. */
final class QuickGzip extends InputStream {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 255};
  private static final int PIECE = 1 << 16;

  private final CRC32 checksum = new CRC32();
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final InputStream packed;
  private InputStream current = new ByteArrayInputStream(HEADER);
  private int part;

  QuickGzip(InputStream plain) {
    packed = new DeflaterInputStream(new CheckedInputStream(plain, checksum), deflater, PIECE);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    var count = current.read(into, offset, length);
    while (count < 0 && part < 2) {
      part++;
      current = part == 1 ? packed : trailer();
      count = current.read(into, offset, length);
    }
    return count;
  }

  private InputStream trailer() {
    var trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt((int) checksum.getValue()).putInt((int) deflater.getBytesRead());
    return new ByteArrayInputStream(trailer.array());
  }

  @Override
  public void close() throws IOException {
    packed.close();
    deflater.end();
  }
}
