package dev.operatoranalytics.epochs;

import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import dev.operatoranalytics.source.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents that are written in one transaction. Their price histories repeat each other, so a
 * batch holds each record once, with the earliest document that contains it.
 */
final class DocumentBatch {
  static final int MAX_DOCUMENTS = 100;

  private final List<EpochDocument> documents = new ArrayList<>();
  private final List<Rejection> rejections = new ArrayList<>();
  private final Map<RecordedPrice, Integer> prices = new HashMap<>();
  private final Map<RecordedPrice.SharePriceKey, Long> commonPrices = new HashMap<>();
  private long present;
  private double fractionRead;

  void add(EpochDocument document) {
    var differing = new ArrayList<RecordedPrice>();
    for (var price : document.prices()) {
      prices.merge(price, document.epoch(), Math::min);
      if (commonPrices.merge(price.key(), price.price(), (first, each) -> first) != price.price()) {
        differing.add(price);
      }
    }
    documents.add(document.withPrices(differing));
  }

  void reject(Rejection rejection) {
    rejections.add(rejection);
  }

  /** Counts a document whose bytes are stored already. */
  void addPresent() {
    present++;
  }

  void setFractionRead(double fraction) {
    fractionRead = fraction;
  }

  boolean isFull() {
    return documents.size() >= MAX_DOCUMENTS;
  }

  List<EpochDocument> documents() {
    return documents;
  }

  List<Rejection> rejections() {
    return rejections;
  }

  /** Each price record with the earliest epoch whose document contains it. */
  Map<RecordedPrice, Integer> prices() {
    return prices;
  }

  /** The price that a document of this batch states; null when it states none. */
  @Nullable Long price(EpochDocument document, RecordedPrice.SharePriceKey key) {
    for (var price : document.prices()) {
      if (price.key().equals(key)) {
        return price.price();
      }
    }
    return commonPrices.get(key);
  }

  long present() {
    return present;
  }

  double fractionRead() {
    return fractionRead;
  }
}
