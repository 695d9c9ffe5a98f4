package dev.operatoranalytics.source.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/** A strategy and its token; the price is in USD, the rate in tokens per share, both on day one. */
record Strategy(
    String symbol,
    String category,
    int decimals,
    Optional<BigDecimal> price,
    Optional<BigDecimal> rate,
    int yearlyGrowthBips,
    String address,
    String token) {

  /** Real ones of mainnet; swETH's rate was never read, and nobody quotes the invented ORCH. */
  static final List<Strategy> ALL =
      """
      stETH eth_lst    18 3120  1.0274 290 0x93c4b944d05dfe6df7645a86cd2206016c51564d \
                                           0xae7ab96520de3a18e5e111b5eaab095312d7fe84
      rETH  eth_lst    18 3540  1       15 0x1bee69b7dfffa4e2d53c2a2df135c388ad25dcd2 \
                                           0xae78736cd615f374d3085123a210448e74fc6393
      cbETH eth_lst    18 3425  1       10 0x54945180db7943c0ed0fee7edab2bd24620256bc \
                                           0xbe9895146f7af43049ca1c1ae358b0541ea49704
      ETHx  eth_lst    18 3305  1.0006  20 0x9d7ed45ee2e8fc5482fa2428f15c971e6369011d \
                                           0xa35b1b31ce002fbf2058d22f30f95d405200a15b
      mETH  eth_lst    18 3300  1.0002  12 0x298afb19a105d59e74658c4c334ff360bade6dd2 \
                                           0xd5f7838f5c461feff7fe49ea5ebaf7728bb0adfa
      swETH eth_lst    18 3390  -        0 0x0fe4f44bee93503346a3ac9ee5a26b130a5796d6 \
                                           0xf951e335afb289353dc249e82926178eac7ded78
      ETH   eth_native 18 3125  1        0 0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0 \
                                           0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2
      EIGEN eigen      18 2.74  1        0 0xacb55c530acdb2849e6d4f36992cd8c9d50ed8f7 \
                                           0x83e9115d334d248ce39a6f36144aeab5b3456e75
      WBTC  btc         8 96400 1        0 0x6c6e8af98a49bbabcc17ca1dba6b95c5d58a2ccb \
                                           0x2260fac5e5542a773aa44fbcfedf7c193bc2c599
      USDC  stable      6 1     1        0 0x752c665ae29bf52f3a162a944ae26882d03321e3 \
                                           0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48
      ORCH  other      18 -     1.0451 350 0x31975e6dda8584536c5d64678b26f9668c75c038 \
                                           0x540b0f3408d0d17de0683f208ffd67cb655f92cf
      """
          .lines()
          .map(Strategy::parse)
          .toList();

  private static Strategy parse(String line) {
    var cells = line.strip().split(" +", -1);
    return new Strategy(
        cells[0],
        cells[1],
        Integer.parseInt(cells[2]),
        known(cells[3]),
        known(cells[4]),
        Integer.parseInt(cells[5]),
        cells[6],
        cells[7]);
  }

  private static Optional<BigDecimal> known(String cell) {
    return cell.equals("-") ? Optional.empty() : Optional.of(new BigDecimal(cell));
  }

  boolean isNativeEth() {
    return category.equals("eth_native");
  }

  boolean isQuoted() {
    return price.isPresent();
  }

  /** Shares (base units) worth about {@code usd} on day one; what nobody quotes counts a dollar. */
  BigInteger sharesWorth(double usd) {
    return BigDecimal.valueOf(usd)
        .movePointRight(decimals)
        .divide(price.orElse(BigDecimal.ONE), 0, RoundingMode.DOWN)
        .toBigInteger()
        .max(BigInteger.ONE);
  }

  @Override
  public String toString() {
    return address;
  }
}
