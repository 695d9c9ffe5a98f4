package dev.operatoranalytics.node;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The newest block that the state includes.
 *
 * @param tag block to count from
 * @param behind number of blocks before it
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

  /** Returns the header of the horizon for the tips that the node just reported. */
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
   * The named blocks.
   *
   * @param latest the newest block
   * @param safe block that probably stays on the chain
   * @param finalized block that stays on the chain
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
