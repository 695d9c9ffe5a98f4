package dev.operatoranalytics.price;

import dev.operatoranalytics.node.BlockHeader;
import dev.operatoranalytics.node.Nodes;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Finds the last block of a UTC day by the times of a few blocks. */
final class DayBlocks {
  /** A slot can be missed, so most days need one or two more estimates. */
  private static final int MAX_ESTIMATES = 8;

  private final Nodes nodes;
  private final int slotSeconds;
  private final BlockHeader first;
  private final BlockHeader finalized;
  private BlockHeader near;

  /**
   * @param firstBlock no earlier block is asked for
   */
  DayBlocks(Nodes nodes, int slotSeconds, long firstBlock) {
    this.nodes = nodes;
    this.slotSeconds = slotSeconds;
    this.finalized = nodes.call(BlockHeader.call(BlockHeader.Tag.FINALIZED));
    this.first = nodes.call(BlockHeader.call(Math.min(firstBlock, finalized.number())));
    this.near = finalized;
  }

  /**
   * Returns the last block of a day; empty when no final block follows it, or when the day ended
   * before the first block.
   */
  Optional<BlockHeader> lastOf(LocalDate day) {
    var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    if (first.time() >= end || finalized.time() < end) {
      return Optional.empty();
    }
    var before = first;
    var after = finalized;
    for (var estimate = 0; after.number() - before.number() > 1; estimate++) {
      var number =
          estimate < MAX_ESTIMATES
              ? near.number() + Math.floorDiv(end - 1 - near.time(), slotSeconds)
              : before.number() + (after.number() - before.number()) / 2;
      near =
          nodes.call(BlockHeader.call(Math.clamp(number, before.number() + 1, after.number() - 1)));
      if (near.time() < end) {
        before = near;
      } else {
        after = near;
      }
    }
    near = before;
    return Optional.of(before);
  }
}
