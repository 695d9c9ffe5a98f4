package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.ColumnType;
import dev.operatoranalytics.api.query.Noun;
import dev.operatoranalytics.api.query.Relation;
import java.util.List;

/** What became of slashed shares. */
final class SlashSettlements {
  private static final Noun SETTLEMENT =
      Noun.of("SlashSettlement")
          .rows("slash_settlements")
          .key("operator_set_id", "slash_id", "strategy_id")
          .order("slashed_block desc")
          .relation("operatorSet", Relation.on("operator_set_id"))
          .relation("operator", Relation.on("operator_id"))
          .relation("strategy", Relation.on("strategy_id"))
          .filter("operator", "operator_id", ColumnType.TEXT)
          .enums("status")
          .texts("transactionHash", "recipient")
          .flags("isRedistributing")
          .amounts("slashId", "shares", "settledShares", "unsettledShares")
          .blocks("slashedBlock", "resolutionBlock", "settledBlock")
          .instants("slashedAt", "settledAt")
          .followsAsOf();

  static final List<Noun> NOUNS = List.of(SETTLEMENT);

  private SlashSettlements() {}
}
