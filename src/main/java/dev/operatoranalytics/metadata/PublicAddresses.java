package dev.operatoranalytics.metadata;

import dev.operatoranalytics.metadata.FetchFailed.FetchFailureReason;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves host names to public addresses only. The client connects to the returned address and
 * does not resolve again, so the name cannot change to another address in between. Each redirect is
 * resolved here, too.
 */
public final class PublicAddresses implements DnsResolver {

  /** An address block: addresses that start with these bits. */
  private record Block(int[] first, int bits) {
    private static Block of(int bits, int... first) {
      return new Block(first, bits);
    }

    private boolean contains(byte[] address) {
      for (var bit = 0; bit < bits; bit++) {
        var mask = 0x80 >> (bit % 8);
        var expected = bit / 8 < first.length ? first[bit / 8] : 0;
        if ((address[bit / 8] & mask) != (expected & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  // in addition to those InetAddress knows: shared, documentation, benchmarks, reserved
  private static final List<Block> SPECIAL_4 =
      List.of(
          Block.of(8, 0),
          Block.of(10, 100, 64),
          Block.of(24, 192, 0, 0),
          Block.of(24, 192, 0, 2),
          Block.of(24, 192, 88, 99),
          Block.of(15, 198, 18),
          Block.of(24, 198, 51, 100),
          Block.of(24, 203, 0, 113),
          Block.of(4, 240));
  // other blocks are unassigned or embed IPv4 addresses
  private static final Block GLOBAL_6 = Block.of(3, 0x20);
  private static final List<Block> SPECIAL_6 =
      List.of(
          Block.of(23, 0x20, 0x01, 0x00),
          Block.of(32, 0x20, 0x01, 0x0d, 0xb8),
          Block.of(16, 0x20, 0x02),
          Block.of(20, 0x3f, 0xff));

  private final Predicate<InetAddress> isAllowed;

  public PublicAddresses(Predicate<InetAddress> isAllowed) {
    this.isAllowed = isAllowed;
  }

  public static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    var bytes = address.getAddress();
    return switch (address) {
      case Inet4Address v4 -> SPECIAL_4.stream().noneMatch(block -> block.contains(bytes));
      case Inet6Address v6 ->
          GLOBAL_6.contains(bytes) && SPECIAL_6.stream().noneMatch(block -> block.contains(bytes));
      default -> false;
    };
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    for (var address : addresses) {
      if (!isAllowed.test(address)) {
        throw new NonPublicAddress(host);
      }
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  /** A non-public address, as distinct from a name that does not exist. */
  public static final class NonPublicAddress extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    private NonPublicAddress(String host) {
      super(host + " is not a public address");
    }

    FetchFailed toFetchFailed() {
      return new FetchFailed(FetchFailureReason.PRIVATE_ADDRESS, String.valueOf(getMessage()));
    }
  }
}
