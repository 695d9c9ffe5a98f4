package dev.operatoranalytics.epochs;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.operatoranalytics.chain.Hex;
import dev.operatoranalytics.chain.StorageKey;
import dev.operatoranalytics.chain.U128;
import dev.operatoranalytics.epochs.EpochDocument.OperatorEpoch;
import dev.operatoranalytics.epochs.EpochDocument.Origin;
import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import dev.operatoranalytics.epochs.Issue.IssueKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses one document from start to end. A value that cannot be read becomes an issue with its JSON
 * path, never a zero; all other values are used.
 */
final class DocumentParser {
  static final String PRICES = "operatorEpochSharePrice";
  private static final String SUMMARY = "domainStakingSummary";
  private static final String OPERATORS = "operators";
  private static final Set<String> EXPECTED =
      Set.of(
          SUMMARY,
          OPERATORS,
          PRICES,
          "accumulatedTreasuryFunds",
          "domainChainRewards",
          "deposits",
          "withdrawals");
  private static final Set<String> EXPECTED_OF_SUMMARY =
      Set.of("currentEpochIndex", "currentTotalStake", "currentOperators", "currentEpochRewards");
  private static final Set<String> EXPECTED_OF_OPERATOR =
      Set.of(
          "signingKey",
          "currentDomainId",
          "minimumNominatorStake",
          "nominationTax",
          "currentTotalStake",
          "currentTotalShares",
          "partialStatus",
          "depositsInEpoch",
          "withdrawalsInEpoch",
          "totalStorageFeeDeposit");
  private static final Set<String> STATUS_KINDS = Set.of("__kind", "kind", "type");
  // epochs after it, and blocks of a hundred epochs, must fit an integer, too
  private static final int MAX_EPOCH = 2_000_000_000;
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(\\.0+)?%");

  private final Origin origin;
  private final long domainId;
  private final Columns columns = new Columns();
  private final Map<Integer, OperatorEpoch> operators = new TreeMap<>();
  private final Map<Integer, BigInteger> activeStakes = new TreeMap<>();
  private final Map<Integer, BigInteger> rewards = new TreeMap<>();
  private final Map<RecordedPrice.SharePriceKey, RecordedPrice> prices = new HashMap<>();
  private final Map<String, Issue> issues = new LinkedHashMap<>();

  /** The bytes of the JSON that is being read; nested JSON replaces them for a while. */
  private byte[] text;

  private JsonParser json;
  private JsonStreamContext root;
  private String rootPath = "$";

  private byte[] document;
  private int documentFrom;
  private int documentTo;
  private byte @Nullable [] references;
  private int entriesFrom;
  private int entriesTo;

  private @Nullable BigInteger index;
  private @Nullable BigInteger totalStake;
  private @Nullable BigInteger treasuryFunds;
  private @Nullable BigInteger chainRewards;
  private @Nullable Integer depositsCount;
  private @Nullable Integer withdrawalsCount;
  private @Nullable Integer bundlesCount;
  private @Nullable Integer operatorCount;
  private boolean areActiveStakesComplete;
  private boolean areRewardsComplete;
  private boolean areOperatorsComplete = true;
  private int otherDomainRecords;

  private DocumentParser(Origin origin, long domainId, byte[] text) throws IOException {
    this.origin = origin;
    this.domainId = domainId;
    this.text = text;
    this.document = text;
    this.documentTo = text.length;
    this.json = Documents.JSON.createParser(text);
    this.root = json.getParsingContext();
  }

  /** The columns that identify an epoch, from the document or from the row around it. */
  private static final class Columns {
    private @Nullable BigInteger epoch;
    private @Nullable BigInteger endBlock;
    private @Nullable String endHash;
    private @Nullable BigInteger timestamp;
  }

  /**
   * @param text one JSON object: a document, or a row with the document in {@code data}
   * @throws UnreadableDocument when the text is not JSON, or names no epoch
   */
  static EpochDocument parse(Origin origin, long domainId, byte[] text) throws UnreadableDocument {
    try {
      return new DocumentParser(origin, domainId, text).parse();
    } catch (IOException e) {
      throw new UnreadableDocument("$", Documents.excerpt(text), Documents.reason(e));
    }
  }

  private EpochDocument parse() throws IOException, UnreadableDocument {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new UnreadableDocument("$", Documents.excerpt(text), "not a JSON object");
    }
    root = json.getParsingContext();
    read(columns, true);
    var epoch = epoch();
    if (index != null && !index.equals(BigInteger.valueOf(epoch))) {
      issue(
          "$." + SUMMARY + ".currentEpochIndex",
          IssueKind.MISMATCH,
          index.toString(),
          "the document is of epoch " + epoch);
    }
    reportIfMissing("$.endBlock", "$.end_block", columns.endBlock);
    reportIfMissing("$.endHash", "$.end_hash", columns.endHash);
    reportIfMissing("$.timestamp", "$.timestamp", columns.timestamp);
    var listed = List.copyOf(operators.values());
    activeStakes.forEach((id, stake) -> operator(id).activeStake = stake);
    rewards.forEach((id, reward) -> operator(id).reward = reward);
    return new EpochDocument(
        origin,
        epoch,
        columns.endBlock,
        columns.endHash,
        columns.timestamp,
        totalStake,
        areActiveStakesComplete ? sum("currentOperators", activeStakes.values()) : null,
        sumIfComplete(listed, "currentTotalShares", one -> one.shares),
        sumIfComplete(listed, "totalStorageFeeDeposit", one -> one.storageFeeDeposit),
        areRewardsComplete ? sum("currentEpochRewards", rewards.values()) : null,
        treasuryFunds,
        chainRewards,
        operatorCount,
        depositsCount,
        withdrawalsCount,
        bundlesCount,
        otherDomainRecords,
        List.copyOf(operators.values()),
        List.copyOf(prices.values()),
        List.copyOf(issues.values()),
        Documents.compress(storedDocument()));
  }

  private int epoch() throws UnreadableDocument {
    var epoch = columns.epoch;
    if (epoch == null) {
      var issue = issues.get("$.epoch");
      throw new UnreadableDocument(
          "$.epoch", issue == null ? "" : issue.raw(), issue == null ? "absent" : issue.reason());
    }
    try {
      return epochOf(epoch);
    } catch (IllegalArgumentException e) {
      throw new UnreadableDocument("$.epoch", epoch.toString(), String.valueOf(e.getMessage()));
    }
  }

  private OperatorEpoch operator(int id) {
    return operators.computeIfAbsent(id, OperatorEpoch::new);
  }

  private @Nullable BigInteger sumIfComplete(
      List<OperatorEpoch> listed,
      String key,
      Function<OperatorEpoch, @Nullable BigInteger> amount) {
    var known = new ArrayList<BigInteger>();
    for (var operator : listed) {
      var each = amount.apply(operator);
      if (each != null) {
        known.add(each);
      }
    }
    var isComplete = operatorCount != null && areOperatorsComplete && known.size() == listed.size();
    return isComplete ? sum(key, known) : null;
  }

  /** The sum of amounts; null with an issue when it exceeds 2^128-1, the chain's limit. */
  private @Nullable BigInteger sum(String key, Collection<BigInteger> amounts) {
    var sum = amounts.stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (sum.bitLength() > 128) {
      issue("$ sum of " + key, IssueKind.MISMATCH, sum.toString(), "beyond 2^128-1");
      return null;
    }
    return sum;
  }

  /** The document with references in place of prices that {@code chain_share_prices} holds. */
  private byte[] storedDocument() {
    if (references == null) {
      return Arrays.copyOfRange(document, documentFrom, documentTo);
    }
    var storedDocument = new ByteArrayOutputStream();
    storedDocument.write(document, documentFrom, entriesFrom - documentFrom);
    storedDocument.writeBytes(references);
    storedDocument.write(document, entriesTo, documentTo - entriesTo);
    return storedDocument.toByteArray();
  }

  /** Reads the fields of a document, or of a row around one. */
  private void read(Columns into, boolean mayBeRow) throws IOException {
    var found = new HashSet<String>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (!found.add(name)) {
        reject(IssueKind.DUPLICATE, "occurs twice; the first counts");
        continue;
      }
      switch (name) {
        case "epoch" -> into.epoch = amount();
        case "endBlock", "end_block" -> into.endBlock = block();
        case "endHash", "end_hash" -> into.endHash = hash();
        case "timestamp" -> into.timestamp = ingestionTime();
        case "accumulatedTreasuryFunds" -> treasuryFunds = amount();
        case "domainChainRewards" -> chainRewards = amount();
        case SUMMARY -> summary();
        case OPERATORS -> operatorCount = entries(name, this::readOperator);
        case PRICES -> sharePrices();
        case "deposits" -> depositsCount = entries(name, entry -> {});
        case "withdrawals" -> withdrawalsCount = entries(name, entry -> {});
        case "successfulBundles" -> bundlesCount = entries(name, entry -> {});
        case "data" -> {
          if (!mayBeRow) {
            json.skipChildren();
            continue;
          }
          document(into);
          mayBeRow = false;
          found.addAll(EXPECTED);
        }
        default -> json.skipChildren();
      }
    }
    reportAbsent("$", EXPECTED, found);
  }

  /**
   * Reads the document of a row, as JSON or as a JSON string; the row's columns take precedence.
   */
  private void document(Columns row) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      document = json.getText().getBytes(StandardCharsets.UTF_8);
      documentTo = document.length;
      readNested(document, "$", () -> readDocument(row));
    } else if (json.currentToken() == JsonToken.START_OBJECT) {
      var outer = root;
      root = json.getParsingContext();
      documentFrom = start(json);
      readFields(row);
      documentTo = end(json);
      root = outer;
    } else {
      reject(IssueKind.UNREADABLE, "not a document");
    }
  }

  private void readDocument(Columns row) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      readFields(row);
    } else {
      reject(IssueKind.UNREADABLE, "not a document");
    }
  }

  private void readFields(Columns row) throws IOException {
    var own = new Columns();
    read(own, false);
    if (row.epoch != null && own.epoch != null && !row.epoch.equals(own.epoch)) {
      issue(
          "$.epoch", IssueKind.MISMATCH, own.epoch.toString(), "its row is of epoch " + row.epoch);
    }
    row.epoch = row.epoch == null ? own.epoch : row.epoch;
    row.endBlock = row.endBlock == null ? own.endBlock : row.endBlock;
    row.endHash = row.endHash == null ? own.endHash : row.endHash;
    row.timestamp = row.timestamp == null ? own.timestamp : row.timestamp;
  }

  /** Reads nested JSON. */
  private interface NestedReader {
    void run() throws IOException;
  }

  /** Parses JSON that is a string within JSON. */
  private void readNested(byte[] inner, String path, NestedReader reading) throws IOException {
    var outerText = text;
    var outerJson = json;
    var outerRoot = root;
    var outerPath = rootPath;
    try (var parser = Documents.JSON.createParser(inner)) {
      text = inner;
      json = parser;
      rootPath = path;
      json.nextToken();
      root = json.getParsingContext();
      reading.run();
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "more than one JSON value");
      }
    } finally {
      text = outerText;
      json = outerJson;
      root = outerRoot;
      rootPath = outerPath;
    }
  }

  private void summary() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      reject(IssueKind.UNREADABLE, "not an object");
      return;
    }
    var found = new HashSet<String>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      found.add(name);
      json.nextToken();
      switch (name) {
        case "currentEpochIndex" -> index = amount();
        case "currentTotalStake" -> totalStake = amount();
        case "currentOperators" -> areActiveStakesComplete = amounts(activeStakes);
        case "currentEpochRewards" -> areRewardsComplete = amounts(rewards);
        default -> json.skipChildren();
      }
    }
    reportAbsent("$." + SUMMARY, EXPECTED_OF_SUMMARY, found);
  }

  /** Reads an object from operator id to amount; returns whether every amount could be read. */
  private boolean amounts(Map<Integer, BigInteger> into) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      reject(IssueKind.UNREADABLE, "not an object");
      return false;
    }
    var isComplete = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      Integer id = null;
      try {
        id = operatorId(U128.parse(name).value());
      } catch (IllegalArgumentException e) {
        reject(IssueKind.UNREADABLE, "not the id of an operator: " + e.getMessage());
        isComplete = false;
      }
      if (id != null && into.containsKey(id)) {
        reject(IssueKind.DUPLICATE, "occurs twice; the first counts");
      } else if (id != null) {
        var amount = amount();
        if (amount == null) {
          isComplete = false;
        } else {
          into.put(id, amount);
        }
      }
    }
    return isComplete;
  }

  /**
   * An entry of a storage map.
   *
   * @param keys elements of the field {@code key}
   * @param value null when the field {@code value} is an object
   * @param fields fields of an operator whose value is an object
   */
  private record Entry(
      String path,
      int position,
      List<String> keys,
      @Nullable String value,
      @Nullable OperatorFields fields,
      int from,
      int to) {

    /** The end of the storage key in the value; -1 when it has none. */
    int comma() {
      return value != null && value.startsWith("0x") ? value.indexOf(',') : -1;
    }
  }

  /** Handles an entry of a storage map. */
  private interface EntryHandler {
    void handle(Entry entry) throws IOException;
  }

  /** Reads a storage map; returns the number of its entries, null when it is unknown. */
  private @Nullable Integer entries(String name, EntryHandler handler) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      reject(IssueKind.UNREADABLE, "not an object");
      return null;
    }
    Integer found = null;
    BigInteger count = null;
    var isCounted = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var field = json.currentName();
      json.nextToken();
      if (field.equals("count")) {
        count = amount();
        isCounted = true;
      } else if (field.equals("entries") && json.currentToken() == JsonToken.START_ARRAY) {
        entriesFrom = name.equals(PRICES) ? start(json) : entriesFrom;
        found = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          handler.handle(entry(name, found));
          found++;
        }
        entriesTo = name.equals(PRICES) ? end(json) : entriesTo;
      } else {
        json.skipChildren();
      }
    }
    if (found == null) {
      issue("$." + name + ".entries", IssueKind.MISSING, "", "absent");
    } else if (!isCounted) {
      issue("$." + name + ".count", IssueKind.MISSING, "", "absent");
    } else if (count != null && !count.equals(BigInteger.valueOf(found))) {
      issue(
          "$." + name + ".count",
          IssueKind.MISMATCH,
          count.toString(),
          "there are " + found + " entries");
    }
    return found;
  }

  private Entry entry(String name, int position) throws IOException {
    var path = "$." + name + ".entries[" + position + "]";
    var from = start(json);
    List<String> keys = List.of();
    String value = null;
    OperatorFields fields = null;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var field = json.currentName();
        json.nextToken();
        if (field.equals("key")) {
          keys = keys();
        } else if (field.equals("value")) {
          if (json.currentToken() == JsonToken.START_OBJECT && name.equals(OPERATORS)) {
            fields = operatorFields();
          } else if (json.currentToken().isScalarValue()) {
            value = json.getText();
          } else {
            json.skipChildren();
          }
        } else {
          json.skipChildren();
        }
      }
    } else {
      json.skipChildren();
    }
    return new Entry(path, position, keys, value, fields, from, end(json));
  }

  private List<String> keys() throws IOException {
    if (json.currentToken().isScalarValue()) {
      return List.of(json.getText());
    }
    var keys = new ArrayList<String>(2);
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken().isScalarValue()) {
          keys.add(json.getText());
        } else {
          var from = start(json);
          json.skipChildren();
          keys.add(new String(text, from, end(json) - from, StandardCharsets.UTF_8));
        }
      }
    } else {
      json.skipChildren();
    }
    return keys;
  }

  private void sharePrices() throws IOException {
    var found = new ArrayList<Entry>();
    var count = entries(PRICES, found::add);
    if (count == null) {
      return;
    }
    var form =
        found.stream().allMatch(entry -> entry.keys().size() == 2)
            ? PriceHistory.EntryKeyForm.ARGUMENTS
            : PriceHistory.EntryKeyForm.INDEX;
    var history = new PriceHistory(form);
    for (var entry : found) {
      var price = sharePrice(entry);
      var isReferable =
          price != null
              && form.matches(entry.position(), price.key(), entry.keys())
              && PriceHistory.value(price.key(), price.price()).equals(entry.value());
      if (price != null && isReferable) {
        history.addReference(price.key());
      } else {
        history.addEntry(text, entry.from(), entry.to());
      }
    }
    references = history.end();
  }

  private @Nullable RecordedPrice sharePrice(Entry entry) {
    var path = entry.path() + ".value";
    var value = entry.value();
    if (value == null) {
      issue(path, IssueKind.UNREADABLE, "", "not a price");
      return null;
    }
    RecordedPrice price;
    try {
      var comma = entry.comma();
      var key = comma < 0 ? argumentsOf(entry) : sharePriceKeyOf(value, comma);
      var amount = U128.parse(value.substring(comma + 1)).value();
      if (amount.signum() == 0 || amount.compareTo(RecordedPrice.MAX_PRICE) > 0) {
        throw new IllegalArgumentException("a price is 1 to 10^18");
      }
      price = new RecordedPrice(key.operatorId(), key.domainId(), key.epoch(), amount.longValue());
    } catch (IllegalArgumentException e) {
      issue(path, IssueKind.UNREADABLE, value, String.valueOf(e.getMessage()));
      return null;
    }
    otherDomainRecords += price.domainId() == domainId ? 0 : 1;
    if (prices.putIfAbsent(price.key(), price) != null) {
      issue(path, IssueKind.DUPLICATE, value, "occurs twice; the first counts");
      return null;
    }
    return price;
  }

  private static RecordedPrice.SharePriceKey sharePriceKeyOf(String value, int comma) {
    var key = StorageKey.parse(StorageKey.StorageMap.SHARE_PRICES, value.substring(0, comma));
    return new RecordedPrice.SharePriceKey(
        operatorId(new BigInteger(Long.toUnsignedString(key.operatorId()))),
        key.domainId(),
        epochOf(BigInteger.valueOf(key.epoch())));
  }

  /** {@code ["0", "[0,5]"]}: operator, then domain and epoch. */
  private static RecordedPrice.SharePriceKey argumentsOf(Entry entry) {
    var keys = entry.keys();
    if (keys.size() != 2 || !keys.getLast().matches("\\[[^,\\[\\]]+,[^\\[\\]]+\\]")) {
      throw new IllegalArgumentException("neither a storage key nor operator, domain and epoch");
    }
    var arguments = keys.getLast();
    var comma = arguments.indexOf(',');
    return new RecordedPrice.SharePriceKey(
        operatorId(U128.parse(keys.getFirst()).value()),
        domainOf(U128.parse(arguments.substring(1, comma).strip()).value()),
        epochOf(
            U128.parse(arguments.substring(comma + 1, arguments.length() - 1).strip()).value()));
  }

  private static int operatorId(BigInteger id) {
    if (id.bitLength() > 31) {
      throw new IllegalArgumentException("an operator id beyond 2^31-1: " + id);
    }
    return id.intValue();
  }

  private static long domainOf(BigInteger domain) {
    if (domain.bitLength() > 32) {
      throw new IllegalArgumentException("a domain beyond 2^32-1: " + domain);
    }
    return domain.longValue();
  }

  private static int epochOf(BigInteger epoch) {
    if (epoch.compareTo(BigInteger.valueOf(MAX_EPOCH)) > 0) {
      throw new IllegalArgumentException("an epoch beyond 2,000,000,000: " + epoch);
    }
    return epoch.intValue();
  }

  /** Fields of an operator whose id is not known yet. */
  private static final class OperatorFields {
    private @Nullable BigInteger domainId;
    private final OperatorEpoch figures = new OperatorEpoch(-1);

    OperatorEpoch listed(int operatorId) {
      figures.operatorId = operatorId;
      figures.isListed = true;
      return figures;
    }
  }

  private void readOperator(Entry entry) {
    var path = entry.path() + ".value";
    var value = entry.value();
    int id;
    @Nullable OperatorFields fields;
    try {
      var comma = entry.comma();
      if (value != null && comma < 0) {
        throw new IllegalArgumentException("no storage key before a comma");
      }
      id = value == null ? argumentOf(entry) : storageKeyOf(value, comma);
      fields = entry.fields();
      if (value != null) {
        var read = new OperatorFields[1];
        var inner = value.substring(comma + 1).getBytes(StandardCharsets.UTF_8);
        readNested(inner, path, () -> read[0] = operatorFields());
        fields = read[0];
      }
    } catch (IllegalArgumentException e) {
      areOperatorsComplete = false;
      issue(path, IssueKind.UNREADABLE, value == null ? "" : value, String.valueOf(e.getMessage()));
      return;
    } catch (IOException e) {
      areOperatorsComplete = false;
      issue(path, IssueKind.UNREADABLE, String.valueOf(value), Documents.reason(e));
      return;
    }
    if (fields == null) {
      areOperatorsComplete = false;
      issue(path, IssueKind.UNREADABLE, String.valueOf(value), "not an object");
    } else if (fields.domainId != null && !fields.domainId.equals(BigInteger.valueOf(domainId))) {
      otherDomainRecords++;
    } else if (operators.containsKey(id)) {
      issue(
          path,
          IssueKind.DUPLICATE,
          value == null ? "" : value,
          "operator " + id + " occurs twice");
    } else {
      operators.put(id, fields.listed(id));
    }
  }

  private static int storageKeyOf(String value, int comma) {
    var key = StorageKey.parse(StorageKey.StorageMap.OPERATORS, value.substring(0, comma));
    return operatorId(new BigInteger(Long.toUnsignedString(key.operatorId())));
  }

  private static int argumentOf(Entry entry) {
    if (entry.keys().size() != 1) {
      throw new IllegalArgumentException("neither a storage key nor the id of an operator");
    }
    return operatorId(U128.parse(entry.keys().getFirst()).value());
  }

  private @Nullable OperatorFields operatorFields() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    var fields = new OperatorFields();
    var figures = fields.figures;
    var found = new HashSet<String>();
    var context = json.getParsingContext();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      found.add(name);
      json.nextToken();
      switch (name) {
        case "signingKey" -> figures.signingKey = hash();
        case "currentDomainId" -> fields.domainId = amount();
        case "minimumNominatorStake" -> figures.minimumNominatorStake = amount();
        case "nominationTax" -> figures.nominationTax = percent();
        case "currentTotalStake" -> figures.stake = amount();
        case "currentTotalShares" -> figures.shares = amount();
        case "partialStatus" -> figures.status = status();
        case "depositsInEpoch" -> figures.deposits = amount();
        case "withdrawalsInEpoch" -> figures.withdrawals = amount();
        case "totalStorageFeeDeposit" -> figures.storageFeeDeposit = amount();
        default -> json.skipChildren();
      }
    }
    if (!found.containsAll(EXPECTED_OF_OPERATOR)) {
      reportAbsent(pathOf(context), EXPECTED_OF_OPERATOR, found);
    }
    return fields;
  }

  private @Nullable BigInteger amount() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> {
        return parse(() -> U128.parse(json.getText()).value());
      }
      case VALUE_NUMBER_INT -> {
        var digits = json.getText();
        return parse(
            () -> U128.of(digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits)).value());
      }
      default -> reject(IssueKind.UNREADABLE, "not a whole number");
    }
    return null;
  }

  private @Nullable BigInteger block() throws IOException {
    var block = amount();
    if (block != null && block.bitLength() > 32) {
      reject(IssueKind.UNREADABLE, "beyond 2^32-1, the highest block number");
      return null;
    }
    return block;
  }

  /** Milliseconds since 1970. */
  private @Nullable BigInteger ingestionTime() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return parse(() -> BigInteger.valueOf(IngestionTime.parse(json.getText()).milliseconds()));
    }
    var number = amount();
    return number == null
        ? null
        : parse(() -> BigInteger.valueOf(IngestionTime.of(number).milliseconds()));
  }

  /** {@code 5}, {@code "5%"} or {@code "5.00%"}. */
  private @Nullable Integer percent() throws IOException {
    var percent =
        json.currentToken() == JsonToken.VALUE_STRING ? PERCENT.matcher(json.getText()) : null;
    var number = percent != null && percent.matches() ? new BigInteger(percent.group(1)) : amount();
    if (number != null && number.compareTo(BigInteger.valueOf(100)) > 0) {
      reject(IssueKind.UNREADABLE, "above 100 percent");
      return null;
    }
    return number == null ? null : number.intValue();
  }

  private @Nullable String hash() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && Hex.is(json.getText(), 64)) {
      return json.getText().toLowerCase(Locale.ROOT);
    }
    reject(IssueKind.UNREADABLE, "not 0x and 64 hex digits");
    return null;
  }

  /**
   * {@code "Registered"}, {@code {"registered":null}} with the status data as value, or {@code
   * {"__kind":"Registered"}} with the data beside it.
   */
  private @Nullable String status() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return parse(() -> OperatorStatus.parse(json.getText()).name());
      }
      reject(IssueKind.UNREADABLE, "not a status");
      return null;
    }
    var path = path();
    var from = start(json);
    var names = new ArrayList<String>();
    String kind = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      names.add(name);
      if (STATUS_KINDS.contains(name) && json.currentToken() == JsonToken.VALUE_STRING) {
        kind = json.getText();
      }
      json.skipChildren();
    }
    try {
      if (kind == null && names.size() != 1) {
        throw new IllegalArgumentException("not one status");
      }
      return OperatorStatus.parse(kind == null ? names.getFirst() : kind).name();
    } catch (IllegalArgumentException e) {
      issue(path, IssueKind.UNREADABLE, textFrom(from), String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Parses the text of a value. */
  private interface ValueParser<T> {
    T read() throws IOException;
  }

  private <T> @Nullable T parse(ValueParser<T> value) throws IOException {
    try {
      return value.read();
    } catch (IllegalArgumentException e) {
      reject(IssueKind.UNREADABLE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Skips the current value and records an issue. */
  private void reject(IssueKind kind, String reason) throws IOException {
    var path = path();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      issue(path, IssueKind.MISSING, "null", "null");
    } else if (json.currentToken().isScalarValue()) {
      issue(path, kind, json.getText(), reason);
    } else {
      var from = start(json);
      json.skipChildren();
      issue(path, kind, textFrom(from), reason);
    }
  }

  private String textFrom(int from) {
    return new String(text, from, end(json) - from, StandardCharsets.UTF_8);
  }

  private void reportAbsent(String path, Set<String> expected, Set<String> found) {
    for (var name : new TreeSet<>(expected)) {
      if (!found.contains(name)) {
        issue(path + "." + name, IssueKind.MISSING, "", "absent");
      }
    }
  }

  private void reportIfMissing(String path, String column, @Nullable Object value) {
    if (value == null && !issues.containsKey(path) && !issues.containsKey(column)) {
      issue(path, IssueKind.MISSING, "", "absent");
    }
  }

  private void issue(String path, IssueKind kind, String raw, String reason) {
    var issue = new Issue(path, kind, raw, reason);
    issues.putIfAbsent(issue.path(), issue);
  }

  /** The JSON path of the current value. */
  private String path() {
    var at = json.getParsingContext();
    return json.currentToken().isStructStart() ? pathOf(at) : path(at);
  }

  /** The JSON path of an object or array. */
  private String pathOf(JsonStreamContext object) {
    return object == root ? rootPath : path(object.getParent());
  }

  private String path(JsonStreamContext at) {
    if (at.inRoot()) {
      return rootPath;
    }
    return pathOf(at)
        + (at.inArray() ? "[" + at.getCurrentIndex() + "]" : "." + at.getCurrentName());
  }

  /** The byte offset at which the current token starts. */
  static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  /** The byte offset after the object or array that was just closed. */
  static int end(JsonParser json) {
    return (int) json.currentLocation().getByteOffset();
  }
}
