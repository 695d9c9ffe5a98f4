package dev.operatoranalytics.node;

import static java.util.stream.Collectors.joining;

import dev.operatoranalytics.chain.Contract;
import dev.operatoranalytics.event.EventKinds;
import dev.operatoranalytics.network.Network;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Selects the logs to read: logs of known contracts by address and topic, and logs of contracts
 * that are discovered while reading by topic alone.
 *
 * @param addresses addresses of the known contracts, in lower case
 * @param topics topics of their events
 * @param topicsAnywhere topics of events of contracts at any address
 */
public record LogFilter(Set<String> addresses, Set<String> topics, Set<String> topicsAnywhere) {
  public LogFilter {
    addresses = Set.copyOf(addresses);
    topics = Set.copyOf(topics);
    topicsAnywhere = Set.copyOf(topicsAnywhere);
  }

  /** Selects all logs of a network that have a table. */
  static LogFilter of(Network network) {
    var addresses = new HashSet<String>();
    network.contracts().values().forEach(deployed -> addresses.add(deployed.address().value()));
    return new LogFilter(
        addresses,
        EventKinds.topics(network.contracts().keySet()),
        EventKinds.topics(Set.of(Contract.STRATEGY, Contract.DURATION_VAULT)));
  }

  /**
   * Returns one call for known contracts, and one for all others.
   *
   * @param maxLogs maximum number of logs to read of each
   */
  List<Call<List<RpcLog>>> calls(long from, long to, int maxLogs) {
    var known = call("\"address\":%s,".formatted(array(addresses)), topics, from, to, maxLogs);
    return topicsAnywhere.isEmpty()
        ? List.of(known)
        : List.of(known, call("", topicsAnywhere, from, to, maxLogs));
  }

  private static Call<List<RpcLog>> call(
      String address, Set<String> topics, long from, long to, int maxLogs) {
    return new Call<>(
        "eth_getLogs",
        "[{%s\"topics\":[%s],\"fromBlock\":\"%s\",\"toBlock\":\"%s\"}]"
            .formatted(address, array(topics), Quantity.text(from), Quantity.text(to)),
        json -> RpcLog.readAll(json, maxLogs));
  }

  private static String array(Collection<String> values) {
    return new TreeSet<>(values).stream().collect(joining("\",\"", "[\"", "\"]"));
  }

  boolean wants(RpcLog log) {
    return (addresses.contains(log.address()) && topics.contains(log.topic0()))
        || topicsAnywhere.contains(log.topic0());
  }
}
