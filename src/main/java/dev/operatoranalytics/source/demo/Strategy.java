package dev.operatoranalytics.source.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * A strategy and its token.
 *
 * @param price USD price on the first day
 * @param rate tokens per share on the first day
 * @param holders number of the 527 mainnet operators with stake that have stake in it
 * @param stakeBips its part of all mainnet stake, in bips
 */
record Strategy(
    String symbol,
    String category,
    int decimals,
    Optional<BigDecimal> price,
    Optional<BigDecimal> rate,
    int yearlyGrowthBips,
    int holders,
    int stakeBips,
    String address,
    String token) {

  /** Mainnet strategies. swETH has no rate, and the invented ORCH has no price. */
  static final List<Strategy> ALL =
      """
      stETH   eth_lst    18 3120      1.0274 290 247 1247 0x93c4b944d05dfe6df7645a86cd2206016c51564d \
                                               0xae7ab96520de3a18e5e111b5eaab095312d7fe84
      rETH    eth_lst    18 3540      1       15 159   54 0x1bee69b7dfffa4e2d53c2a2df135c388ad25dcd2 \
                                               0xae78736cd615f374d3085123a210448e74fc6393
      cbETH   eth_lst    18 3425      1       10 115   17 0x54945180db7943c0ed0fee7edab2bd24620256bc \
                                               0xbe9895146f7af43049ca1c1ae358b0541ea49704
      ETHx    eth_lst    18 3305      1.0006  20  67  203 0x9d7ed45ee2e8fc5482fa2428f15c971e6369011d \
                                               0xa35b1b31ce002fbf2058d22f30f95d405200a15b
      mETH    eth_lst    18 3300      1.0002  12  92   99 0x298afb19a105d59e74658c4c334ff360bade6dd2 \
                                               0xd5f7838f5c461feff7fe49ea5ebaf7728bb0adfa
      swETH   eth_lst    18 3390      -        0 325   97 0x0fe4f44bee93503346a3ac9ee5a26b130a5796d6 \
                                               0xf951e335afb289353dc249e82926178eac7ded78
      wBETH   eth_lst    18 3300      1.0001  25  47   76 0x7ca911e83dabf90c90dd3de5411a10f1a6112184 \
                                               0xa2e3356610840701bdf5611a53974510ae27e2e1
      osETH   eth_lst    18 3180      1       12  52   45 0x57ba429517c3473b6d34ca9acd56c0e735b94c02 \
                                               0xf1c9acdc66974dfb6decb12aa385b9cd01190e38
      sfrxETH eth_lst    18 3430      1       18  41   25 0x8ca7a5d6f3acd3a7a8bc468a8cd0fb14b6bd28b6 \
                                               0xac3e018457b222d93114458476f3e3416abbe38f
      lsETH   eth_lst    18 3290      1       14  49   21 0xae60d8180437b5c34bb956822ac2710972584473 \
                                               0x8c1bed5b9a0928467c9b1341da1d7bd5e10b6549
      OETH    eth_lst    18 3115      1        0  37   18 0xa4c637e0f704745d182e4d38cab7e7485321d059 \
                                               0x856c4efb76c1d1ae02e20ceb03a2a6a08b0b8dc3
      ankrETH eth_lst    18 3650      1       16  26    2 0x13760f50a9d7377e4f20cb8cf9e4c26586c658ff \
                                               0xe95a203b1a91a908f9b9ce46459d101078c2c3cb
      ETH     eth_native 18 3125      1        0 137 7344 0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0 \
                                               0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2
      WETH    eth        18 3125      1        0   7    0 0xa553a8198e0692b4393ac2f64bd2e42a2061c1c5 \
                                               0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2
      EIGEN   eigen      18 2.74      1        0 358  751 0xacb55c530acdb2849e6d4f36992cd8c9d50ed8f7 \
                                               0x83e9115d334d248ce39a6f36144aeab5b3456e75
      WBTC    btc         8 96400     1        0   5    0 0x6c6e8af98a49bbabcc17ca1dba6b95c5d58a2ccb \
                                               0x2260fac5e5542a773aa44fbcfedf7c193bc2c599
      tBTC    btc        18 96300     1        0   4    0 0x1fc0db099e3452b6c20027578ca57722815df98f \
                                               0x18084fba666a33d37592fa2633fd49a74dd93a88
      uniBTC  btc         8 96100     1        0   7    0 0x505241696ab63faec03ed7893246de52eb1a8cff \
                                               0x004e9c3ef86bc1ca1f0bb5c7662861ee93350568
      FBTC    btc         8 96200     1        0   2    0 0xad855d1e5dbbffcbf3249209da28beb9a8259ffe \
                                               0xc96de26018a54d51c097160568752c4e3bd6c364
      LBTC    btc         8 96350     1        0   6    0 0xeb6cc669971d5310bea32291d5d2087474d710ec \
                                               0x8236a87084f8b84306f72007f36f2618a5634494
      USDC    stable      6 1         1        0   7    0 0x752c665ae29bf52f3a162a944ae26882d03321e3 \
                                               0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48
      FRAX    stable     18 0.998     1        0   1    0 0x01f3be8090c3f3a273c9cd598d8cfc94854a45dd \
                                               0x853d955acef822db058eb8505911ed77f175b99e
      DAI     stable     18 1         1        0   4    0 0x71cb984bbcbae0e85c8d59db131246fa694e100d \
                                               0x6b175474e89094c44da98b954eedeac495271d0f
      sDAI    stable     18 1.13      1      550   3    0 0x0858616b1a07b7c925ba7e8f9a33475887db3a36 \
                                               0x83f20f44975d03b1b09e64809b757c47f942beea
      sUSDe   stable     18 1.14      1      900  11    0 0x8feb56c8802bda01f3cc1802d44f6cb469ac9b22 \
                                               0x9d39a5de30e57443bff2a8307a4256c8797a3497
      ALT     other      18 0.0966    1        0  33    0 0x73a18a6304d05b495ecb161dbf1ab496461bbf2e \
                                               0x8457ca5040ad67fdebbcc8edce889a335bc0fbfb
      REZ     other      18 0.0347    1        0  29    0 0xc9ad499c11677ea3815984295dd73c0858757b8e \
                                               0x3b50805453023a91a8bf641e279401a0b23fa6f9
      ARPA    other      18 0.0444    1        0   3    0 0x66ea956907f7ed2fd816106f2f4d8c384c6d4f92 \
                                               0xba50933c268f567bdc86e1ac131be072c6b0b71a
      PEPE    other      18 0.0000168 1        0  14    0 0x99a05f4e3fa886a5104630e8a4b01159867ad9a1 \
                                               0x6982508145454ce325ddbe47a25d4ec3d2311933
      ORCH    other      18 -         1.0451 350   3    0 0x31975e6dda8584536c5d64678b26f9668c75c038 \
                                               0x540b0f3408d0d17de0683f208ffd67cb655f92cf
      """
          .lines()
          .map(Strategy::parse)
          .toList();

  /** A duration vault, which is its own operator; no other operator has stake in it. */
  static final Strategy VAULT =
      parse(
          "vUSDC stable 6 1 - 0 0 0 0x7d4a7c1bd5b2f7a2a6c7f1d0d9e37c84b3a0f6e5"
              + " 0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");

  private static Strategy parse(String line) {
    var cells = line.strip().split(" +", -1);
    return new Strategy(
        cells[0],
        cells[1],
        Integer.parseInt(cells[2]),
        known(cells[3]),
        known(cells[4]),
        Integer.parseInt(cells[5]),
        Integer.parseInt(cells[6]),
        Integer.parseInt(cells[7]),
        cells[8],
        cells[9]);
  }

  private static Optional<BigDecimal> known(String cell) {
    return cell.equals("-") ? Optional.empty() : Optional.of(new BigDecimal(cell));
  }

  static List<Strategy> quoted() {
    return ALL.stream().filter(Strategy::isQuoted).toList();
  }

  /** The weight of the strategy in random choices. */
  double popularity() {
    return holders;
  }

  boolean isNativeEth() {
    return category.equals("eth_native");
  }

  boolean isQuoted() {
    return price.isPresent();
  }

  /**
   * Shares (base units) worth about {@code usd} on the first day; without a price a token counts
   * one dollar.
   */
  BigInteger sharesWorth(double usd) {
    return BigDecimal.valueOf(usd)
        .movePointRight(decimals)
        .divide(price.orElse(BigDecimal.ONE), 0, RoundingMode.DOWN)
        .toBigInteger()
        .max(BigInteger.ONE);
  }

  /** By the address alone: strategies are keys of maps that rewards read millions of times. */
  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    return address;
  }
}
