package dev.operatoranalytics.node;

import dev.operatoranalytics.node.ChainStore.Written;
import dev.operatoranalytics.node.Horizon.Tips;
import dev.operatoranalytics.source.LogDecoder;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chain into the events database: first its history up to the finalised block, in ranges;
 * then newer blocks, in rounds. Above the finalised block it stores the hash of every block, and
 * replaces blocks that left the chain.
 */
final class ChainReader implements AutoCloseable {
  /** Maximum number of blocks in a round; the header of each is read. */
  private static final long MAX_BLOCKS_PER_ROUND = 2_000;

  private final Nodes nodes;
  private final ChainStore store;
  private final LogReader logs;
  private final RangeSize size;
  private final LogDecoder decoder;
  private final Horizon horizon;
  private final int ahead;
  private final ExecutorService threads;
  private ChainProgress progress;

  /**
   * @param ahead number of ranges to read ahead of the writer
   */
  ChainReader(
      Nodes nodes,
      ChainStore store,
      LogReader logs,
      RangeSize size,
      LogDecoder decoder,
      Horizon horizon,
      int ahead,
      long firstBlock)
      throws SQLException {
    this.nodes = nodes;
    this.store = store;
    this.logs = logs;
    this.size = size;
    this.decoder = decoder;
    this.horizon = horizon;
    this.ahead = ahead;
    this.threads =
        Executors.newFixedThreadPool(
            ahead, Thread.ofPlatform().daemon().name("chain-", 0).factory());
    this.progress = store.begin(firstBlock);
  }

  /** Called after every range of the history. */
  interface ChainReaderListener {
    /**
     * @param end last block of the history
     */
    void read(BlockHeader last, Written written, long end) throws SQLException;
  }

  /**
   * The result of a round.
   *
   * @param tips as the node reported them
   * @param last last block that was read
   * @param reorganised number of blocks that left the chain
   */
  record Round(Tips tips, BlockHeader last, Written written, long reorganised) {}

  /** Returns the progress after the last write. */
  ChainProgress progress() {
    return progress;
  }

  Tips tips() {
    return nodes.ask(Tips::of);
  }

  /**
   * Reads final blocks in order.
   *
   * @param to last block; null for the finalised one, which may advance during the read
   */
  void readHistory(@Nullable Long to, ChainReaderListener listener) throws SQLException {
    reconcile();
    while (true) {
      var finalized = tips().finalized().number();
      var end = to == null ? finalized : Math.min(to, finalized);
      if (progress.next() > end) {
        return;
      }
      read(progress.next(), end, this::append, listener);
    }
  }

  /** Reads blocks a second time and adds missing logs. */
  void readAgain(long from, long to, ChainReaderListener listener) throws SQLException {
    read(from, Math.min(to, progress.readTo()), ready -> store.repair(ready.logs()), listener);
  }

  private Written append(Ready ready) throws SQLException {
    var before = progress.readToHash();
    if (before != null && !before.equals(ready.first().parentHash())) {
      throw new NodeFailure(
          "block %d follows a block with hash %s, but block %d was read with hash %s: nodes disagree"
              .formatted(
                  ready.first().number(), ready.first().parentHash(), progress.readTo(), before));
    }
    var written = store.append(ready.last(), ready.logs());
    progress = store.reload();
    return written;
  }

  private interface Write {
    Written write(Ready ready) throws SQLException;
  }

  private record Ready(BlockHeader first, BlockHeader last, DecodedLogs logs) {}

  /** A range that is being read. */
  private record Pending(long from, long to, Future<Ready> ready) {}

  private void read(long from, long end, Write write, ChainReaderListener listener)
      throws SQLException {
    var pending = new ArrayDeque<Pending>();
    var next = from;
    try {
      while (next <= end || !pending.isEmpty()) {
        while (next <= end && pending.size() < ahead) {
          var first = next;
          var last = Math.min(end, first + size.blocks() - 1);
          pending.add(
              new Pending(first, last, threads.submit(() -> ready(logs.read(first, last)))));
          next = last + 1;
        }
        var oldest = pending.remove();
        try {
          write(await(oldest.ready()), write, listener, end);
        } catch (TooManyLogs e) {
          readInHalves(oldest.from(), oldest.to(), write, listener, end);
        }
      }
    } finally {
      pending.forEach(each -> each.ready().cancel(true));
    }
  }

  /** Reads and writes one half, then the other. */
  private void readInHalves(long from, long to, Write write, ChainReaderListener listener, long end)
      throws SQLException {
    size.refused(to - from + 1);
    var middle = from + (to - from) / 2;
    for (var half : List.of(new long[] {from, middle}, new long[] {middle + 1, to})) {
      Ready ready;
      try {
        ready = ready(logs.read(half[0], half[1]));
      } catch (TooManyLogs e) {
        readInHalves(half[0], half[1], write, listener, end);
        continue;
      }
      write(ready, write, listener, end);
    }
  }

  private static void write(Ready ready, Write write, ChainReaderListener listener, long end)
      throws SQLException {
    listener.read(ready.last(), write.write(ready), end);
  }

  private Ready ready(BlockRange range) {
    return new Ready(range.first(), range.last(), decoded(range));
  }

  private DecodedLogs decoded(BlockRange range) {
    return DecodedLogs.of(range.logs(), decoder);
  }

  private static Ready await(Future<Ready> ready) {
    try {
      return ready.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Deletes blocks that left the chain while no reader ran. */
  private void reconcile() throws SQLException {
    if (progress.readToHash() == null) {
      return;
    }
    var known = known();
    record FoundContract(Tips tips, BlockHeader fork) {}
    var found =
        nodes.ask(
            node -> {
              var tips = Tips.of(node);
              return new FoundContract(tips, fork(node, known, tips));
            });
    var finalized = Math.min(found.tips().finalized().number(), found.fork().number());
    if (found.fork().number() < progress.readTo()) {
      store.replace(found.fork(), List.of(), DecodedLogs.NONE, finalized, found.fork());
    } else {
      store.finalizeUpTo(finalized);
    }
    progress = store.reload();
  }

  /** Returns the last block, and the blocks before it that may still change. */
  private List<BlockHeader> known() throws SQLException {
    var known = new ArrayList<>(store.provisional());
    var hash = progress.readToHash();
    if (hash != null && (known.isEmpty() || known.getLast().number() < progress.readTo())) {
      known.add(new BlockHeader(progress.readTo(), hash, hash, 0));
    }
    return known;
  }

  /** Returns the last known block that is on the node's chain. */
  private BlockHeader fork(Node node, List<BlockHeader> known, Tips tips) {
    var head = tips.latest().number();
    var reached = known.stream().filter(block -> block.number() <= head).toList();
    if (reached.isEmpty()) {
      throw new Behind(node, head, progress.readTo());
    }
    var last = reached.getLast();
    var now = LogReader.header(node, last.number());
    if (now.isSame(last)) {
      if (last.number() < progress.readTo()) {
        throw new Behind(node, head, progress.readTo());
      }
      return now;
    }
    var current =
        node.callAll(reached.stream().map(block -> BlockHeader.call(block.number())).toList());
    for (var i = reached.size() - 1; i >= 0; i--) {
      if (current.get(i).isSame(reached.get(i))) {
        return current.get(i);
      }
    }
    throw new WrongAnswer(
        node,
        "block %d has hash %s; it had %s when it was read as final"
            .formatted(
                reached.getFirst().number(), current.getFirst().hash(), reached.getFirst().hash()));
  }

  /** Reads the blocks since the last round, up to the horizon. */
  Round follow() throws SQLException {
    if (progress.readToHash() == null) {
      throw new NodeFailure(
          "the first block of the network, %d, is not final yet".formatted(progress.firstBlock()));
    }
    var known = known();
    var step = nextStep(known);
    var written =
        store.replace(
            step.fork(),
            step.blocks(),
            step.logs(),
            step.tips().finalized().number(),
            step.horizon());
    var reorganised = progress.readTo() - step.fork().number();
    progress = store.reload();
    var last = step.blocks().isEmpty() ? step.fork() : step.blocks().getLast();
    return new Round(step.tips(), last, written, reorganised);
  }

  /** Reads a round; tries once more when the chain changed during the read. */
  private Step nextStep(List<BlockHeader> known) {
    try {
      return nodes.ask(node -> next(node, known));
    } catch (WrongAnswer | NotFound e) {
      return nodes.ask(node -> next(node, known));
    }
  }

  private record Step(
      Tips tips,
      BlockHeader fork,
      List<BlockHeader> blocks,
      DecodedLogs logs,
      BlockHeader horizon) {}

  private Step next(Node node, List<BlockHeader> known) {
    var tips = Tips.of(node);
    var fork = fork(node, known, tips);
    var target = horizon.of(tips, node);
    if (target.number() > fork.number() + MAX_BLOCKS_PER_ROUND) {
      target = LogReader.header(node, fork.number() + MAX_BLOCKS_PER_ROUND);
    }
    if (target.number() <= fork.number()) {
      return new Step(tips, fork, List.of(), DecodedLogs.NONE, target);
    }
    var headers = new ArrayList<BlockHeader>();
    var byNumber = new HashMap<Long, BlockHeader>();
    var calls = new ArrayList<Call<BlockHeader>>();
    for (var number = fork.number() + 1; number < target.number(); number++) {
      calls.add(BlockHeader.call(number));
    }
    headers.addAll(node.callAll(calls));
    headers.add(target);
    var before = fork;
    for (var header : headers) {
      if (header.number() != before.number() + 1 || !header.parentHash().equals(before.hash())) {
        throw new WrongAnswer(
            node,
            "block %d with hash %s does not follow block %d with hash %s"
                .formatted(header.number(), header.hash(), before.number(), before.hash()));
      }
      byNumber.put(header.number(), header);
      before = header;
    }
    var range = logs.read(node, headers.getFirst(), target, byNumber);
    LogReader.requireSame(node, target);
    return new Step(tips, fork, headers, decoded(range), target);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
