package dev.operatoranalytics.epochs;

import dev.operatoranalytics.epochs.EpochDocument.RecordedPrice;
import dev.operatoranalytics.source.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Documents that are written in one transaction. Their price histories repeat each other; here a
 * record stands once, with the earliest of the documents that tell it.
 */
final class Chunk {
  static final int DOCUMENTS = 100;

  private final List<EpochDocument> documents = new ArrayList<>();
  private final List<Rejection> rejections = new ArrayList<>();
  private final Map<RecordedPrice, Integer> prices = new HashMap<>();
  private final Map<RecordedPrice.Key, Long> usual = new HashMap<>();
  private long present;
  private double part;

  void add(EpochDocument document) {
    var differing = new ArrayList<RecordedPrice>();
    for (var price : document.prices()) {
      prices.merge(price, document.epoch(), Math::min);
      if (usual.merge(price.key(), price.price(), (first, each) -> first) != price.price()) {
        differing.add(price);
      }
    }
    documents.add(document.withPrices(differing));
  }

  void refuse(Rejection rejection) {
    rejections.add(rejection);
  }

  /** A document that is stored already, byte for byte. */
  void addPresent() {
    present++;
  }

  void read(double partOfSource) {
    part = partOfSource;
  }

  boolean isFull() {
    return documents.size() >= DOCUMENTS;
  }

  List<EpochDocument> documents() {
    return documents;
  }

  List<Rejection> rejections() {
    return rejections;
  }

  /** Each record, and the earliest epoch whose document tells it. */
  Map<RecordedPrice, Integer> prices() {
    return prices;
  }

  /** What a document of this chunk, packed or not, says of a price. */
  @Nullable Long price(EpochDocument document, RecordedPrice.Key of) {
    for (var price : document.prices()) {
      if (price.key().equals(of)) {
        return price.price();
      }
    }
    return usual.get(of);
  }

  long present() {
    return present;
  }

  double part() {
    return part;
  }
}
