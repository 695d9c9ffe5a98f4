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
import dev.operatoranalytics.epochs.Issue.Kind;
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
 * Reads one document from front to back. What cannot be read becomes an issue with its place, never
 * a zero; everything else is taken.
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
  // figures of the epochs behind it and of the hundred around it are integers, too
  private static final int MAX_EPOCH = 2_000_000_000;
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(\\.0+)?%");

  private final Origin origin;
  private final long domainId;
  private final Columns columns = new Columns();
  private final Map<Integer, OperatorEpoch> operators = new TreeMap<>();
  private final Map<Integer, BigInteger> activeStakes = new TreeMap<>();
  private final Map<Integer, BigInteger> rewards = new TreeMap<>();
  private final Map<RecordedPrice.Key, RecordedPrice> prices = new HashMap<>();
  private final Map<String, Issue> issues = new LinkedHashMap<>();

  /** What is being read, and where its outermost object is in the document. */
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
  private boolean areActiveStakesWhole;
  private boolean areRewardsWhole;
  private boolean areOperatorsWhole = true;
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

  /** What tells which epoch a document is of: in the document itself, or in the row around it. */
  private static final class Columns {
    private @Nullable BigInteger epoch;
    private @Nullable BigInteger endBlock;
    private @Nullable String endHash;
    private @Nullable BigInteger timestamp;
  }

  /**
   * @param text one JSON object: a document, or a row with the document in {@code data}
   * @throws UnreadableDocument when it is not JSON, or does not tell its epoch
   */
  static EpochDocument parse(Origin origin, long domainId, byte[] text) throws UnreadableDocument {
    try {
      return new DocumentParser(origin, domainId, text).parse();
    } catch (IOException e) {
      throw new UnreadableDocument("$", Documents.shown(text), Documents.reason(e));
    }
  }

  private EpochDocument parse() throws IOException, UnreadableDocument {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new UnreadableDocument("$", Documents.shown(text), "not a JSON object");
    }
    root = json.getParsingContext();
    read(columns, true);
    var epoch = epoch();
    if (index != null && !index.equals(BigInteger.valueOf(epoch))) {
      issue(
          "$." + SUMMARY + ".currentEpochIndex",
          Kind.MISMATCH,
          index.toString(),
          "the document is of epoch " + epoch);
    }
    unlessTold("$.endBlock", "$.end_block", columns.endBlock);
    unlessTold("$.endHash", "$.end_hash", columns.endHash);
    unlessTold("$.timestamp", "$.timestamp", columns.timestamp);
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
        areActiveStakesWhole ? sum("currentOperators", activeStakes.values()) : null,
        whole(listed, "currentTotalShares", one -> one.shares),
        whole(listed, "totalStorageFeeDeposit", one -> one.storageFeeDeposit),
        areRewardsWhole ? sum("currentEpochRewards", rewards.values()) : null,
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
        Documents.pack(kept()));
  }

  private int epoch() throws UnreadableDocument {
    var epoch = columns.epoch;
    if (epoch == null) {
      var told = issues.get("$.epoch");
      throw new UnreadableDocument(
          "$.epoch", told == null ? "" : told.raw(), told == null ? "absent" : told.reason());
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

  private @Nullable BigInteger whole(
      List<OperatorEpoch> listed, String of, Function<OperatorEpoch, @Nullable BigInteger> amount) {
    var known = new ArrayList<BigInteger>();
    for (var operator : listed) {
      var each = amount.apply(operator);
      if (each != null) {
        known.add(each);
      }
    }
    var isWhole = operatorCount != null && areOperatorsWhole && known.size() == listed.size();
    return isWhole ? sum(of, known) : null;
  }

  /** The chain could not hold more than 2^128-1 of anything. */
  private @Nullable BigInteger sum(String of, Collection<BigInteger> amounts) {
    var sum = amounts.stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (sum.bitLength() > 128) {
      issue("$ sum of " + of, Kind.MISMATCH, sum.toString(), "beyond 2^128-1");
      return null;
    }
    return sum;
  }

  /** The document without what {@code chain_share_prices} holds. */
  private byte[] kept() {
    if (references == null) {
      return Arrays.copyOfRange(document, documentFrom, documentTo);
    }
    var kept = new ByteArrayOutputStream();
    kept.write(document, documentFrom, entriesFrom - documentFrom);
    kept.writeBytes(references);
    kept.write(document, entriesTo, documentTo - entriesTo);
    return kept.toByteArray();
  }

  /** The fields of a document, or of a row around one. */
  private void read(Columns into, boolean mayBeRow) throws IOException {
    var found = new HashSet<String>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (!found.add(name)) {
        refuse(Kind.DUPLICATE, "told twice");
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
        case OPERATORS -> operatorCount = entries(name, this::take);
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
    absent("$", EXPECTED, found);
  }

  /** The document of a row, as JSON or as a text of JSON; the row's own columns count. */
  private void document(Columns row) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      document = json.getText().getBytes(StandardCharsets.UTF_8);
      documentTo = document.length;
      within(document, "$", () -> readDocument(row));
    } else if (json.currentToken() == JsonToken.START_OBJECT) {
      var outer = root;
      root = json.getParsingContext();
      documentFrom = start(json);
      readFields(row);
      documentTo = end(json);
      root = outer;
    } else {
      refuse(Kind.UNREADABLE, "not a document");
    }
  }

  private void readDocument(Columns row) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      readFields(row);
    } else {
      refuse(Kind.UNREADABLE, "not a document");
    }
  }

  private void readFields(Columns row) throws IOException {
    var own = new Columns();
    read(own, false);
    if (row.epoch != null && own.epoch != null && !row.epoch.equals(own.epoch)) {
      issue("$.epoch", Kind.MISMATCH, own.epoch.toString(), "its row is of epoch " + row.epoch);
    }
    row.epoch = row.epoch == null ? own.epoch : row.epoch;
    row.endBlock = row.endBlock == null ? own.endBlock : row.endBlock;
    row.endHash = row.endHash == null ? own.endHash : row.endHash;
    row.timestamp = row.timestamp == null ? own.timestamp : row.timestamp;
  }

  /** Reading that may fail. */
  private interface Reading {
    void run() throws IOException;
  }

  /** Goes on in JSON that stands as a text within JSON. */
  private void within(byte[] inner, String path, Reading reading) throws IOException {
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
      refuse(Kind.UNREADABLE, "not an object");
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
        case "currentOperators" -> areActiveStakesWhole = amounts(activeStakes);
        case "currentEpochRewards" -> areRewardsWhole = amounts(rewards);
        default -> json.skipChildren();
      }
    }
    absent("$." + SUMMARY, EXPECTED_OF_SUMMARY, found);
  }

  /** An object from operator id to amount; whether every amount could be read. */
  private boolean amounts(Map<Integer, BigInteger> into) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      refuse(Kind.UNREADABLE, "not an object");
      return false;
    }
    var isWhole = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      Integer id = null;
      try {
        id = operatorId(U128.parse(name).value());
      } catch (IllegalArgumentException e) {
        refuse(Kind.UNREADABLE, "not the id of an operator: " + e.getMessage());
        isWhole = false;
      }
      if (id != null && into.containsKey(id)) {
        refuse(Kind.DUPLICATE, "told twice");
      } else if (id != null) {
        var amount = amount();
        if (amount == null) {
          isWhole = false;
        } else {
          into.put(id, amount);
        }
      }
    }
    return isWhole;
  }

  /**
   * An entry of a storage map.
   *
   * @param keys what stands in {@code key}
   * @param value null when it is an object
   * @param fields of an operator that is told as an object
   */
  private record Entry(
      String path,
      int position,
      List<String> keys,
      @Nullable String value,
      @Nullable OperatorFields fields,
      int from,
      int to) {

    /** Where the storage key ends in the value; -1 when it has none. */
    int comma() {
      return value != null && value.startsWith("0x") ? value.indexOf(',') : -1;
    }
  }

  /** What is done with each entry. */
  private interface Taking {
    void take(Entry entry) throws IOException;
  }

  /** A storage map: how many entries it has, null when that cannot be told. */
  private @Nullable Integer entries(String name, Taking taking) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      refuse(Kind.UNREADABLE, "not an object");
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
          taking.take(entry(name, found));
          found++;
        }
        entriesTo = name.equals(PRICES) ? end(json) : entriesTo;
      } else {
        json.skipChildren();
      }
    }
    if (found == null) {
      issue("$." + name + ".entries", Kind.MISSING, "", "absent");
    } else if (!isCounted) {
      issue("$." + name + ".count", Kind.MISSING, "", "absent");
    } else if (count != null && !count.equals(BigInteger.valueOf(found))) {
      issue(
          "$." + name + ".count",
          Kind.MISMATCH,
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
            ? PriceHistory.Form.ARGUMENTS
            : PriceHistory.Form.INDEX;
    var history = new PriceHistory(form);
    for (var entry : found) {
      var price = sharePrice(entry);
      var isPlain =
          price != null
              && form.fits(entry.position(), price.key(), entry.keys())
              && PriceHistory.value(price.key(), price.price()).equals(entry.value());
      if (price != null && isPlain) {
        history.refer(price.key());
      } else {
        history.keep(text, entry.from(), entry.to());
      }
    }
    references = history.end();
  }

  private @Nullable RecordedPrice sharePrice(Entry entry) {
    var path = entry.path() + ".value";
    var value = entry.value();
    if (value == null) {
      issue(path, Kind.UNREADABLE, "", "not a price");
      return null;
    }
    RecordedPrice price;
    try {
      var comma = entry.comma();
      var of = comma < 0 ? argumentsOf(entry) : sharePriceKeyOf(value, comma);
      var amount = U128.parse(value.substring(comma + 1)).value();
      if (amount.signum() == 0 || amount.compareTo(RecordedPrice.GREATEST) > 0) {
        throw new IllegalArgumentException("a price is 1 to 10^18");
      }
      price = new RecordedPrice(of.operatorId(), of.domainId(), of.epoch(), amount.longValue());
    } catch (IllegalArgumentException e) {
      issue(path, Kind.UNREADABLE, value, String.valueOf(e.getMessage()));
      return null;
    }
    otherDomainRecords += price.domainId() == domainId ? 0 : 1;
    if (prices.putIfAbsent(price.key(), price) != null) {
      issue(path, Kind.DUPLICATE, value, "told twice");
      return null;
    }
    return price;
  }

  private static RecordedPrice.Key sharePriceKeyOf(String value, int comma) {
    var key = StorageKey.parse(StorageKey.Map.SHARE_PRICES, value.substring(0, comma));
    return new RecordedPrice.Key(
        operatorId(new BigInteger(Long.toUnsignedString(key.operatorId()))),
        key.domainId(),
        epochOf(BigInteger.valueOf(key.epoch())));
  }

  /** {@code ["0", "[0,5]"]}: operator, then domain and epoch. */
  private static RecordedPrice.Key argumentsOf(Entry entry) {
    var keys = entry.keys();
    if (keys.size() != 2 || !keys.getLast().matches("\\[[^,\\[\\]]+,[^\\[\\]]+\\]")) {
      throw new IllegalArgumentException("neither a storage key nor operator, domain and epoch");
    }
    var arguments = keys.getLast();
    var comma = arguments.indexOf(',');
    return new RecordedPrice.Key(
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

  /** What is told of an operator, before it is known which. */
  private static final class OperatorFields {
    private @Nullable BigInteger domainId;
    private final OperatorEpoch figures = new OperatorEpoch(-1);

    OperatorEpoch listed(int operatorId) {
      figures.operatorId = operatorId;
      figures.isListed = true;
      return figures;
    }
  }

  private void take(Entry entry) {
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
        within(inner, path, () -> read[0] = operatorFields());
        fields = read[0];
      }
    } catch (IllegalArgumentException e) {
      areOperatorsWhole = false;
      issue(path, Kind.UNREADABLE, value == null ? "" : value, String.valueOf(e.getMessage()));
      return;
    } catch (IOException e) {
      areOperatorsWhole = false;
      issue(path, Kind.UNREADABLE, String.valueOf(value), Documents.reason(e));
      return;
    }
    if (fields == null) {
      areOperatorsWhole = false;
      issue(path, Kind.UNREADABLE, String.valueOf(value), "not an object");
    } else if (fields.domainId != null && !fields.domainId.equals(BigInteger.valueOf(domainId))) {
      otherDomainRecords++;
    } else if (operators.containsKey(id)) {
      issue(path, Kind.DUPLICATE, value == null ? "" : value, "operator " + id + " is told twice");
    } else {
      operators.put(id, fields.listed(id));
    }
  }

  private static int storageKeyOf(String value, int comma) {
    var key = StorageKey.parse(StorageKey.Map.OPERATORS, value.substring(0, comma));
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
      absent(pathOf(context), EXPECTED_OF_OPERATOR, found);
    }
    return fields;
  }

  private @Nullable BigInteger amount() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> {
        return read(() -> U128.parse(json.getText()).value());
      }
      case VALUE_NUMBER_INT -> {
        var digits = json.getText();
        return read(
            () -> U128.of(digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits)).value());
      }
      default -> refuse(Kind.UNREADABLE, "not a whole number");
    }
    return null;
  }

  private @Nullable BigInteger block() throws IOException {
    var block = amount();
    if (block != null && block.bitLength() > 32) {
      refuse(Kind.UNREADABLE, "beyond 2^32-1, the greatest block number");
      return null;
    }
    return block;
  }

  /** In milliseconds since 1970. */
  private @Nullable BigInteger ingestionTime() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return read(() -> BigInteger.valueOf(IngestionTime.parse(json.getText()).milliseconds()));
    }
    var number = amount();
    return number == null
        ? null
        : read(() -> BigInteger.valueOf(IngestionTime.of(number).milliseconds()));
  }

  /** {@code 5}, {@code "5%"} or {@code "5.00%"}. */
  private @Nullable Integer percent() throws IOException {
    var percent =
        json.currentToken() == JsonToken.VALUE_STRING ? PERCENT.matcher(json.getText()) : null;
    var number = percent != null && percent.matches() ? new BigInteger(percent.group(1)) : amount();
    if (number != null && number.compareTo(BigInteger.valueOf(100)) > 0) {
      refuse(Kind.UNREADABLE, "above 100 percent");
      return null;
    }
    return number == null ? null : number.intValue();
  }

  private @Nullable String hash() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && Hex.is(json.getText(), 64)) {
      return json.getText().toLowerCase(Locale.ROOT);
    }
    refuse(Kind.UNREADABLE, "not 0x and 64 hex digits");
    return null;
  }

  /**
   * {@code "Registered"}, {@code {"registered":null}} with what belongs to the status as its value,
   * or {@code {"__kind":"Registered"}} with that beside it.
   */
  private @Nullable String status() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return read(() -> OperatorStatus.parse(json.getText()).name());
      }
      refuse(Kind.UNREADABLE, "not a status");
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
      issue(path, Kind.UNREADABLE, textFrom(from), String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** A value's text is read by rules of its own. */
  private interface ValueReading<T> {
    T read() throws IOException;
  }

  private <T> @Nullable T read(ValueReading<T> value) throws IOException {
    try {
      return value.read();
    } catch (IllegalArgumentException e) {
      refuse(Kind.UNREADABLE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Leaves out the value where the parser stands, and says so. */
  private void refuse(Kind kind, String reason) throws IOException {
    var path = path();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      issue(path, Kind.MISSING, "null", "null");
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

  private void absent(String path, Set<String> expected, Set<String> found) {
    for (var name : new TreeSet<>(expected)) {
      if (!found.contains(name)) {
        issue(path + "." + name, Kind.MISSING, "", "absent");
      }
    }
  }

  private void unlessTold(String path, String column, @Nullable Object value) {
    if (value == null && !issues.containsKey(path) && !issues.containsKey(column)) {
      issue(path, Kind.MISSING, "", "absent");
    }
  }

  private void issue(String path, Kind kind, String raw, String reason) {
    var issue = new Issue(path, kind, raw, reason);
    issues.putIfAbsent(issue.path(), issue);
  }

  /** Of the value that the parser stands on. */
  private String path() {
    var at = json.getParsingContext();
    return json.currentToken().isStructStart() ? pathOf(at) : path(at);
  }

  /** Of an object or array. */
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

  /** Where the token that the parser stands on begins, in bytes. */
  static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  /** Where the closed object or array that the parser stands on ends, in bytes. */
  static int end(JsonParser json) {
    return (int) json.currentLocation().getByteOffset();
  }
}
