package dev.operatoranalytics.api.epoch;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exports both share prices: a line for each epoch and operator with a price, in that order. */
public record SharePriceExport(
    ExportFormat format, @Nullable List<Integer> operatorIds, int from, int to) {

  /** The format of lines. */
  public enum ExportFormat {
    /** With a header; a missing price is empty. */
    CSV("", ",", ",", "", ",", "", "\n"),
    /** One object per line; a missing price is null. */
    JSONL(
        "{\"epoch\":",
        ",\"operatorId\":",
        ",\"chainSharePrice\":",
        "null",
        ",\"stakePerShare\":",
        "\"",
        "}\n");

    private final byte[] beforeEpoch;
    private final String beforeOperator;
    private final String beforeChain;
    private final byte[] none;
    private final byte[] beforeStakePerShare;
    private final byte[] quote;
    private final byte[] end;

    ExportFormat(
        String beforeEpoch,
        String beforeOperator,
        String beforeChain,
        String none,
        String beforeStakePerShare,
        String quote,
        String end) {
      this.beforeEpoch = Text.ascii(beforeEpoch);
      this.beforeOperator = beforeOperator;
      this.beforeChain = beforeChain;
      this.none = Text.ascii(none);
      this.beforeStakePerShare = Text.ascii(beforeStakePerShare);
      this.quote = Text.ascii(quote);
      this.end = Text.ascii(end);
    }

    private byte[] beforeChainOf(int operatorId) {
      return Text.ascii(beforeOperator + operatorId + beforeChain);
    }
  }

  /**
   * The prices of an operator in the current block.
   *
   * @param beforeChain what each of its lines says before them
   */
  private record Gathered(byte[] beforeChain, byte[] row, int[] chain, int[] stakePerShare) {}

  public void write(Connection snapshot, OutputStream output) throws IOException, SQLException {
    var text = new Text(output);
    if (format == ExportFormat.CSV) {
      text.add("epoch,operator_id,chain_share_price,stake_per_share\n");
    }
    var lines = new Lines(text);
    lines.blocks.byBlock(snapshot, lines);
    lines.end();
    text.flush();
  }

  /** Converts blocks, ordered by operator, to lines ordered by epoch. */
  private final class Lines implements SharePriceBlocks.Sink {
    private final SharePriceBlocks blocks = new SharePriceBlocks(operatorIds, from, to);
    private final Text text;
    private final List<Gathered> block = new ArrayList<>();
    private int firstEpoch = -1;

    Lines(Text text) {
      this.text = text;
    }

    @Override
    public void take(int operatorId, int first, byte[] row, int[]... places) throws IOException {
      if (first != firstEpoch) {
        end();
        firstEpoch = first;
      }
      block.add(new Gathered(format.beforeChainOf(operatorId), row, places[0], places[1]));
    }

    void end() throws IOException {
      for (var i = 0; i < SharePriceBlocks.EPOCHS && !block.isEmpty(); i++) {
        if (blocks.has(firstEpoch + i)) {
          var epoch = Text.ascii(Integer.toString(firstEpoch + i));
          for (var operator : block) {
            line(epoch, operator, operator.chain()[i], operator.stakePerShare()[i]);
          }
        }
      }
      block.clear();
    }

    private void line(byte[] epoch, Gathered operator, int chain, int stakePerShare)
        throws IOException {
      if (chain < 0 && stakePerShare < 0) {
        return;
      }
      text.add(format.beforeEpoch).add(epoch).add(operator.beforeChain());
      price(operator.row(), chain);
      text.add(format.beforeStakePerShare);
      price(operator.row(), stakePerShare);
      text.add(format.end);
    }

    private void price(byte[] row, int place) throws IOException {
      if (place < 0) {
        text.add(format.none);
      } else {
        text.add(format.quote).numeric(row, place).add(format.quote);
      }
    }
  }
}
