package dev.operatoranalytics.network;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.network.Network.Deployment;
import dev.operatoranalytics.network.PriceFeeds.RateFunction;
import dev.operatoranalytics.network.PriceFeeds.TokenFeed;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads the YAML form of a network. Rejects a file with an unknown key or an invalid value, with
 * file, line, key and value.
 */
final class NetworkFile {
  private static final List<String> KEYS =
      List.of(
          "name",
          "chainId",
          "firstBlock",
          "slotSeconds",
          "withdrawalDelayBlocks",
          "deallocationDelayBlocks",
          "allocationConfigurationDelayBlocks",
          "contracts",
          "prices");
  private static final List<String> REQUIRED_KEYS = KEYS.subList(0, KEYS.indexOf("prices"));
  private static final Set<Contract> REQUIRED =
      Set.of(
          Contract.DELEGATION_MANAGER,
          Contract.STRATEGY_MANAGER,
          Contract.ALLOCATION_MANAGER,
          Contract.EIGEN_POD_MANAGER);
  private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}\\(\\)");
  private static final long MAX_BLOCK = 0xFFFF_FFFFL;

  private final String file;

  /**
   * @param file for messages
   */
  NetworkFile(String file) {
    this.file = file;
  }

  Network read(Reader text) throws IOException {
    var root = compose(text);
    if (root == null) {
      throw new IOException(file + " is empty; expected a network in YAML");
    }
    var values = mapping("", root, KEYS);
    for (var key : REQUIRED_KEYS) {
      if (!values.containsKey(key)) {
        throw new IOException("%s: `%s` is missing".formatted(file, key));
      }
    }
    var firstBlock = number(values, "firstBlock", 0, MAX_BLOCK);
    return new Network(
        name(values),
        number(values, "chainId", 1, Long.MAX_VALUE),
        firstBlock,
        (int) number(values, "slotSeconds", 1, 86_400),
        number(values, "withdrawalDelayBlocks", 0, MAX_BLOCK),
        number(values, "deallocationDelayBlocks", 0, MAX_BLOCK),
        number(values, "allocationConfigurationDelayBlocks", 0, MAX_BLOCK),
        contracts(get(values, "contracts"), firstBlock),
        values.containsKey("prices")
            ? Optional.of(prices(get(values, "prices")))
            : Optional.empty());
  }

  private PriceFeeds prices(Node node) throws IOException {
    var values = mapping("prices", node, List.of("multicall", "ethUsd", "tokens"));
    var tokens = new LinkedHashMap<Address, TokenFeed>();
    var entries = values.get("tokens");
    if (entries != null) {
      for (var member : members("prices.tokens", entries)) {
        var path = "prices.tokens." + scalar("prices.tokens", member.getKeyNode());
        var token = address("prices.tokens", member.getKeyNode());
        if (tokens.put(token, tokenFeed(path, member.getValueNode())) != null) {
          throw refused(member.getKeyNode(), "prices.tokens", "stands there twice");
        }
      }
    }
    return new PriceFeeds(
        requiredAddress("prices", node, values, "multicall"),
        requiredAddress("prices", node, values, "ethUsd"),
        tokens);
  }

  private TokenFeed tokenFeed(String path, Node node) throws IOException {
    var values = mapping(path, node, List.of("usd", "eth", "ethRate"));
    if (values.isEmpty()) {
      throw refused(node, path, "expected `usd`, `eth` or `ethRate`");
    }
    Optional<RateFunction> rate = Optional.empty();
    var rateNode = values.get("ethRate");
    if (rateNode != null) {
      var ratePath = path + ".ethRate";
      var parts = mapping(ratePath, rateNode, List.of("contract", "function"));
      var function = parts.get("function");
      if (function == null || !FUNCTION.matcher(scalar(ratePath, function)).matches()) {
        throw refused(
            rateNode, ratePath, "expected `function`, a name and (), such as getExchangeRate()");
      }
      rate =
          Optional.of(
              new RateFunction(
                  requiredAddress(ratePath, rateNode, parts, "contract"),
                  scalar(ratePath, function)));
    }
    return new TokenFeed(
        optionalAddress(path, values, "usd"), optionalAddress(path, values, "eth"), rate);
  }

  private Address requiredAddress(String path, Node parent, Map<String, Node> values, String key)
      throws IOException {
    return optionalAddress(path, values, key)
        .orElseThrow(() -> refused(parent, path, "`%s` is missing".formatted(key)));
  }

  private Optional<Address> optionalAddress(String path, Map<String, Node> values, String key)
      throws IOException {
    var node = values.get(key);
    return node == null ? Optional.empty() : Optional.of(address(path + "." + key, node));
  }

  private @Nullable Node compose(Reader text) throws IOException {
    try {
      return new Yaml(new LoaderOptions()).compose(text);
    } catch (MarkedYAMLException e) {
      throw new IOException(
          "%s line %d is not YAML: %s"
              .formatted(file, e.getProblemMark().getLine() + 1, e.getProblem()),
          e);
    } catch (YAMLException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new IOException(file + " is not UTF-8; expected a network in YAML", e);
      }
      throw new IOException(
          "%s is not YAML: %s".formatted(file, String.valueOf(e.getMessage()).replace('\n', ' ')),
          e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private List<NodeTuple> members(String path, Node node) throws IOException {
    if (!(node instanceof MappingNode mapping)) {
      throw refused(node, path, "expected `key: value` lines");
    }
    return mapping.getValue();
  }

  /** Returns the members of a mapping by key, in order. */
  private Map<String, Node> mapping(String path, Node node, List<String> known) throws IOException {
    var members = new LinkedHashMap<String, Node>();
    for (var member : members(path, node)) {
      var key = scalar(path, member.getKeyNode());
      if (!known.contains(key)) {
        throw refused(
            member.getKeyNode(), path, "unknown key; expected one of " + String.join(", ", known));
      }
      if (members.put(key, member.getValueNode()) != null) {
        throw refused(member.getKeyNode(), path, "stands there twice");
      }
    }
    return members;
  }

  private Map<Contract, Deployment> contracts(Node node, long networkFirstBlock)
      throws IOException {
    var names =
        Arrays.stream(Contract.values())
            .filter(Contract::isSingle)
            .map(Contract::contractName)
            .toList();
    var contracts = new EnumMap<Contract, Deployment>(Contract.class);
    var seen = new HashMap<Address, String>();
    for (var member : mapping("contracts", node, names).entrySet()) {
      var path = "contracts." + member.getKey();
      var deployment = deployment(path, member.getValue(), networkFirstBlock);
      var other = seen.putIfAbsent(deployment.address(), member.getKey());
      if (other != null) {
        throw refused(member.getValue(), path, "the address of %s too".formatted(other));
      }
      contracts.put(Contract.named(member.getKey()).orElseThrow(), deployment);
    }
    var missing = new HashSet<>(REQUIRED);
    missing.removeAll(contracts.keySet());
    if (!missing.isEmpty()) {
      throw refused(
          node,
          "contracts",
          "missing: "
              + missing.stream().map(Contract::contractName).sorted().collect(joining(", ")));
    }
    return contracts;
  }

  private Deployment deployment(String path, Node node, long networkFirstBlock) throws IOException {
    if (node instanceof ScalarNode) {
      return new Deployment(address(path, node), networkFirstBlock);
    }
    var values = mapping(path, node, List.of("address", "firstBlock"));
    var address = values.get("address");
    if (address == null) {
      throw refused(node, path, "`address` is missing");
    }
    var firstBlock = values.get("firstBlock");
    return new Deployment(
        address(path + ".address", address),
        firstBlock == null
            ? networkFirstBlock
            : number(path + ".firstBlock", firstBlock, networkFirstBlock, MAX_BLOCK));
  }

  private Address address(String path, Node node) throws IOException {
    try {
      return new Address(scalar(path, node));
    } catch (IllegalArgumentException e) {
      throw refused(node, path, "expected an address, 0x and 40 hex digits");
    }
  }

  private String name(Map<String, Node> values) throws IOException {
    var node = get(values, "name");
    var name = scalar("name", node);
    if (!NAME.matcher(name).matches()) {
      throw refused(node, "name", "expected lower-case letters, digits and hyphens");
    }
    return name;
  }

  private long number(Map<String, Node> values, String key, long min, long max) throws IOException {
    return number(key, get(values, key), min, max);
  }

  private long number(String path, Node node, long min, long max) throws IOException {
    var text = scalar(path, node);
    if (!WHOLE_NUMBER.matcher(text).matches()
        || Long.parseLong(text) < min
        || Long.parseLong(text) > max) {
      throw refused(node, path, "expected a whole number from %d to %d".formatted(min, max));
    }
    return Long.parseLong(text);
  }

  private static Node get(Map<String, Node> values, String key) {
    var node = values.get(key);
    if (node == null) {
      throw new IllegalStateException(key + " was checked");
    }
    return node;
  }

  private String scalar(String path, Node node) throws IOException {
    if (!(node instanceof ScalarNode scalar)) {
      throw refused(node, path, "expected one value");
    }
    return scalar.getValue();
  }

  private IOException refused(Node node, String path, String reason) {
    var shown = node instanceof ScalarNode scalar ? " `" + cut(scalar.getValue()) + "`" : "";
    return new IOException(
        "%s line %d%s%s: %s"
            .formatted(
                file,
                node.getStartMark().getLine() + 1,
                path.isEmpty() ? "" : " " + path,
                shown,
                reason));
  }

  private static String cut(String text) {
    var line = text.replaceAll("\\s+", " ");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }
}
