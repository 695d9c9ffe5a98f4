package dev.operatoranalytics.api.epoch;

/** The two forms of a share price; both scaled by 10^18. */
public enum SharePriceForm {
  /** Stake per share, from the epoch's document: it rises. */
  STAKE_PER_SHARE("stake_per_share"),
  /** Shares per stake, recorded on chain for the epoch: it falls. */
  CHAIN("chain");

  private final String column;

  SharePriceForm(String column) {
    this.column = column;
  }

  /** Column of {@code share_price_blocks}. */
  String column() {
    return column;
  }
}
