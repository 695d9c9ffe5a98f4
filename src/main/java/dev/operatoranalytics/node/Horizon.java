package dev.operatoranalytics.node;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Up to which block the state follows the chain.
 *
 * @param tag the block that it is counted from
 * @param behind blocks before it
 */
public record Horizon(BlockHeader.Tag tag, long behind) {
  private static final Pattern FORM = Pattern.compile("latest(?:-([0-9]{1,4}))?|safe|finalized");

  /**
   * @param text {@code latest-k}, {@code safe} or {@code finalized}
   */
  public static Horizon parse(String text) {
    var form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "CHAIN_HORIZON is '%s'; expected safe, finalized, or latest-k with a number of blocks k, such as latest-3"
              .formatted(text));
    }
    var behind = form.group(1) == null ? 0 : Long.parseLong(form.group(1));
    var name = form.group().replaceFirst("-.*", "");
    return new Horizon(BlockHeader.Tag.valueOf(name.toUpperCase(Locale.ROOT)), behind);
  }

  /** The block itself, when a node has just told these. */
  BlockHeader of(Tips tips, Node node) {
    return switch (tag) {
      case LATEST ->
          behind == 0
              ? tips.latest()
              : LogReader.header(node, Math.max(0, tips.latest().number() - behind));
      case SAFE -> tips.safe();
      case FINALIZED -> tips.finalized();
    };
  }

  /**
   * The blocks that have names.
   *
   * @param latest the newest
   * @param safe which the chain is expected to keep
   * @param finalized which it will keep
   */
  record Tips(BlockHeader latest, BlockHeader safe, BlockHeader finalized) {
    static Tips of(Node node) {
      var blocks =
          node.callAll(
              List.of(
                  BlockHeader.call(BlockHeader.Tag.LATEST),
                  BlockHeader.call(BlockHeader.Tag.SAFE),
                  BlockHeader.call(BlockHeader.Tag.FINALIZED)));
      return new Tips(blocks.get(0), blocks.get(1), blocks.get(2));
    }
  }

  @Override
  public String toString() {
    return tag.name().toLowerCase(Locale.ROOT) + (behind == 0 ? "" : "-" + behind);
  }
}
