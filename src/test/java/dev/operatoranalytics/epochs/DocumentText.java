package dev.operatoranalytics.epochs;

import dev.operatoranalytics.chain.StorageKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds a document of a few operators as the loader writes it. */
public final class DocumentText {
  private static final String HASH = "0x" + "ab".repeat(32);

  private final int epoch;
  private final List<String> operators = new ArrayList<>();
  private final List<String> prices = new ArrayList<>();
  private final Map<Integer, String> stakes = new LinkedHashMap<>();
  private final Map<Integer, String> rewards = new LinkedHashMap<>();
  private String timestamp;
  private long endBlock;

  public DocumentText(int epoch) {
    this.epoch = epoch;
    this.endBlock = 1_000 + 120L * epoch;
    this.timestamp = Long.toString(1_756_000_000_000L + epoch);
  }

  /**
   * @param json as the document writes it
   */
  DocumentText takenAt(String json) {
    timestamp = json;
    return this;
  }

  public DocumentText endingAt(long block) {
    endBlock = block;
    return this;
  }

  public DocumentText operator(int id, String stake, String shares) {
    stakes.put(id, new BigInteger(stake).toString());
    return entry(operatorKey(id), fields(0, json(stake), json(shares)));
  }

  DocumentText entry(String key, String fields) {
    operators.add("\"" + key + "," + fields.replace("\"", "\\\"") + "\"");
    return this;
  }

  DocumentText operatorAsObject(int id, String stake, String shares) {
    stakes.put(id, stake);
    operators.add(id + " " + fields(0, json(stake), json(shares)));
    return this;
  }

  public DocumentText reward(int id, String reward) {
    rewards.put(id, reward);
    return this;
  }

  public DocumentText price(int operator, int ofEpoch, String price) {
    return price(operator, 0, ofEpoch, price);
  }

  DocumentText price(int operator, int domain, int ofEpoch, String price) {
    prices.add(
        new StorageKey(StorageKey.StorageMap.SHARE_PRICES, operator, domain, ofEpoch)
            + ","
            + price);
    return this;
  }

  static String operatorKey(long id) {
    return new StorageKey(StorageKey.StorageMap.OPERATORS, id, 0, 0).toString();
  }

  static String fields(int domain, String stake, String shares) {
    return """
    {"signingKey":"%s","currentDomainId":%s,"minimumNominatorStake":1,"nominationTax":5,\
    "currentTotalStake":%s,"currentTotalShares":%s,"partialStatus":{"registered":null},\
    "depositsInEpoch":0,"withdrawalsInEpoch":0,"totalStorageFeeDeposit":25}\
    """
        .formatted(HASH, domain, stake, shares);
  }

  private static String json(String number) {
    return new BigInteger(number).bitLength() < 52
        ? number
        : "\"0x%032x\"".formatted(new BigInteger(number));
  }

  @Override
  public String toString() {
    return text("\"key\":[\"%s\"],", true);
  }

  /** The form of an older loader: keyed by operator, domain and epoch, without storage keys. */
  String withArguments() {
    return text("", false);
  }

  private String text(String key, boolean hasStorageKeys) {
    var operatorEntries = new ArrayList<String>();
    for (var i = 0; i < operators.size(); i++) {
      var operator = operators.get(i);
      operatorEntries.add(
          hasStorageKeys
              ? "{" + key.formatted(i) + "\"value\":" + operator + "}"
              : "{\"key\":[\"%s\"],\"value\":%s}"
                  .formatted(
                      operator.substring(0, operator.indexOf(' ')),
                      operator.substring(operator.indexOf(' ') + 1)));
    }
    var priceEntries = new ArrayList<String>();
    for (var i = 0; i < prices.size(); i++) {
      var comma = prices.get(i).indexOf(',');
      var of =
          StorageKey.parse(StorageKey.StorageMap.SHARE_PRICES, prices.get(i).substring(0, comma));
      priceEntries.add(
          hasStorageKeys
              ? "{" + key.formatted(i) + "\"value\":\"" + prices.get(i) + "\"}"
              : "{\"key\":[\"%s\",\"[%s,%s]\"],\"value\":\"%s\"}"
                  .formatted(
                      of.operatorId(),
                      of.domainId(),
                      of.epoch(),
                      prices.get(i).substring(comma + 1)));
    }
    return """
    {"epoch":%s,"endBlock":%s,"endHash":"%s","timestamp":%s,\
    "domainStakingSummary":{"currentEpochIndex":"%s","currentTotalStake":"%s","currentOperators":%s,"nextOperators":[],"currentEpochRewards":%s},\
    "accumulatedTreasuryFunds":"7","domainChainRewards":"0","totalStake":"0","totalShares":"0",\
    "deposits":{"count":0,"entries":[]},"withdrawals":{"count":0,"entries":[]},"successfulBundles":{"count":0,"entries":[]},\
    "operatorEpochSharePrice":{"count":%s,"entries":[%s]},"operators":{"count":%s,"entries":[%s]}}\
    """
        .formatted(
            epoch,
            endBlock,
            HASH,
            timestamp,
            epoch,
            stakes.values().stream().map(BigInteger::new).reduce(BigInteger.ZERO, BigInteger::add),
            dictionary(stakes),
            dictionary(rewards),
            prices.size(),
            String.join(",", priceEntries),
            operators.size(),
            String.join(",", operatorEntries));
  }

  private static String dictionary(Map<Integer, String> amounts) {
    var entries = new ArrayList<String>();
    amounts.forEach((id, amount) -> entries.add("\"%s\":\"%s\"".formatted(id, amount)));
    return "{" + String.join(",", entries) + "}";
  }
}
