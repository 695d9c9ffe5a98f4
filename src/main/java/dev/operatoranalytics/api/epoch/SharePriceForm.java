package dev.operatoranalytics.api.epoch;

/** Which of the two prices of a share; both scaled by 10^18. */
public enum SharePriceForm {
  /** Stake for one share by the epoch's document: it rises. */
  STAKE_PER_SHARE("stake_per_share"),
  /** The price that the chain recorded for the epoch, shares for one stake: it falls. */
  CHAIN("chain");

  private final String column;

  SharePriceForm(String column) {
    this.column = column;
  }

  /** Of {@code share_price_blocks}. */
  String column() {
    return column;
  }
}
