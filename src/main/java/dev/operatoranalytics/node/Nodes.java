package dev.operatoranalytics.node;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of one chain. Uses the first; after a failure it uses the next one, and returns to the
 * first some time later. Checks the chain id of each node before other calls.
 */
public final class Nodes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Nodes.class);
  private static final Duration RETURN_AFTER = Duration.ofMinutes(5);

  private final List<Node> all;
  private final long chainId;
  private final Clock clock;
  private final Set<Node> known = new HashSet<>();
  private int current;
  private Instant leftFirstAt = Instant.MIN;

  /**
   * @param urls the preferred one first
   * @param chainId chain id of the network that is read
   */
  public Nodes(List<NodeUrl> urls, long chainId, RequestLimits limits, Clock clock) {
    this.all = urls.stream().map(url -> new Node(url, limits, clock)).toList();
    this.chainId = chainId;
    this.clock = clock;
  }

  /** A task for one node. */
  public interface NodeTask<T> {
    T ask(Node node);
  }

  /**
   * Runs the task on one node after the other until one succeeds. Each attempt runs the whole task
   * on one node.
   *
   * @throws NodeFailure of the last node, when all fail
   * @throws WrongChain when a node has another chain id
   */
  public <T> T ask(NodeTask<T> task) {
    NodeFailure last = null;
    for (var attempt = 0; attempt < all.size(); attempt++) {
      var node = node(attempt);
      try {
        requireChain(node);
        var answer = task.ask(node);
        stayWith(node);
        return answer;
      } catch (NodeFailure e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        if (attempt + 1 < all.size()) {
          log.warn("{}; {} is asked instead", e.getMessage(), node(attempt + 1));
        }
      }
    }
    throw requireNonNull(last);
  }

  public <T> T call(Call<T> call) {
    return ask(node -> node.call(call));
  }

  public <T> List<T> callAll(List<Call<T>> calls) {
    return ask(node -> node.callAll(calls));
  }

  /** Returns the number of calls sent so far to all nodes. */
  public long calls() {
    return all.stream().mapToLong(Node::calls).sum();
  }

  public int size() {
    return all.size();
  }

  private synchronized Node node(int attempt) {
    if (attempt == 0 && current != 0 && leftFirstAt.plus(RETURN_AFTER).isBefore(clock.instant())) {
      current = 0;
    }
    return all.get((current + attempt) % all.size());
  }

  private synchronized void stayWith(Node node) {
    var index = all.indexOf(node);
    if (index != current) {
      current = index;
      leftFirstAt = clock.instant();
    }
  }

  /**
   * Checks the chain id of all nodes; checks a node that does not answer again later.
   *
   * @throws WrongChain when a node has another chain id
   */
  public void requireChain() {
    for (var node : all) {
      try {
        requireChain(node);
      } catch (NodeFailure e) {
        log.warn("{}; it will be asked again", e.getMessage());
      }
    }
  }

  private void requireChain(Node node) {
    synchronized (known) {
      if (known.contains(node)) {
        return;
      }
    }
    var id =
        node.call(
            new Call<>("eth_chainId", "[]", json -> Quantity.of("eth_chainId", json.getText())));
    if (id != chainId) {
      throw new WrongChain(
          "%s is of the chain with id %d; the network that is read has id %d"
              .formatted(node, id, chainId));
    }
    synchronized (known) {
      known.add(node);
    }
  }

  @Override
  public void close() {
    all.forEach(Node::close);
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
