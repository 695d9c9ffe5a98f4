package dev.operatoranalytics.api.epoch;

import dev.operatoranalytics.api.document.LatestVersion;
import dev.operatoranalytics.api.document.LimitSettings;
import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.StreamedObject.SelectedFields;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.epoch.EpochQueries.EpochCoverage;
import dev.operatoranalytics.api.epoch.EpochQueries.Range;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.database.Change.ChangeKind;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Registers fetchers of epochs, share prices and operators of the domain. */
@Singleton
class EpochWiring implements Wiring {

  private final EpochQueries epochs;
  private final LatestVersion version;
  private final ThinnedAxes axes;
  private final long maxCells;

  EpochWiring(
      EpochQueries epochs,
      @Named("epochs") LatestVersion version,
      ThinnedAxes axes,
      LimitSettings limits) {
    this.axes = axes;
    this.maxCells = limits.cells();
    this.epochs = epochs;
    this.version = version;
  }

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .streamed("SharePriceMatrix", "sharePrices", this::sharePrices)
        .streamedPart("SharePriceSeries")
        .subscription(
            "epochAdded",
            env -> SubscriptionFilter.all(ChangeKind.EPOCH, null, ResolverRegistry.position(env)),
            EpochAdded::new)
        .type("EpochAdded", EpochAdded.class)
        .reference("EpochAdded", "epoch", "Epoch", EpochAdded::number);
  }

  private SharePriceMatrix sharePrices(DataFetchingEnvironment env) {
    rejectOtherDomain(env);
    var coverage = coverage(env);
    Integer since = env.getArgument("sinceEpoch");
    if (since != null && since < 0) {
      throw new UserInputError("sinceEpoch is 0 or more, not " + since);
    }
    Integer days = env.getArgument("days");
    if (days != null && days < 1) {
      throw new UserInputError("days is 1 or more, not " + days);
    }
    var from = coverage.range().from();
    if (since != null) {
      from = Math.max(from, Math.min(since, Integer.MAX_VALUE - 1) + 1);
    }
    if (days != null) {
      from = Math.max(from, epochs.firstOfLast(days));
    }
    Integer maxPoints = env.getArgument("maxPoints");
    if (maxPoints != null && maxPoints < 2) {
      throw new UserInputError("maxPoints is 2 or more, not " + maxPoints);
    }
    var blocks = new SharePriceBlocks(operatorIds(env), from, coverage.range().to());
    rejectTooManyCells(blocks, maxPoints, coverage.operators());
    return new SharePriceMatrix(
        blocks,
        form(env),
        maxPoints,
        version.read().number(),
        axes,
        SelectedFields.of(env.getSelectionSet()));
  }

  private void rejectTooManyCells(
      SharePriceBlocks blocks, @Nullable Integer maxPoints, int operators) {
    var epochs = Math.max(0, blocks.to() - blocks.from() + 1);
    var ids = blocks.operatorIds();
    var cells =
        (long) (maxPoints == null ? epochs : Math.min(maxPoints, epochs))
            * (ids == null ? operators : Math.min(ids.size(), operators));
    if (cells > maxCells) {
      throw new UserInputError(
          ("the matrix could hold %,d values, at most %,d are allowed: ask for fewer operators, a"
                  + " shorter range, or maxPoints")
              .formatted(cells, maxCells));
    }
  }

  /** The part of the requested range that has data; from is greater than to when there is none. */
  private EpochCoverage coverage(DataFetchingEnvironment env) {
    var from = number(env, "from", 0);
    var to = number(env, "to", Integer.MAX_VALUE);
    rejectReversedRange(from, to);
    return epochs
        .coverage()
        .map(
            coverage ->
                new EpochCoverage(
                    new Range(
                        Math.max(from, coverage.range().from()),
                        Math.min(to, coverage.range().to())),
                    coverage.operators()))
        .orElse(new EpochCoverage(new Range(0, -1), 0));
  }

  private static void rejectReversedRange(int from, int to) {
    if (from > to) {
      throw new UserInputError("from is %d, beyond to, which is %d".formatted(from, to));
    }
  }

  private void rejectOtherDomain(DataFetchingEnvironment env) {
    var requested = number(env, "domainId", 0);
    var served = epochs.domain();
    if (served.isPresent() && served.get() != requested) {
      throw new UserInputError(
          "this instance serves domain %d, not %d".formatted(served.get(), requested));
    }
  }

  private static @Nullable List<Integer> operatorIds(DataFetchingEnvironment env) {
    List<Integer> ids = env.getArgument("operatorIds");
    if (ids != null) {
      for (var id : ids) {
        if (id < 0) {
          throw new UserInputError("an operator id is 0 or more, not " + id);
        }
      }
    }
    return ids;
  }

  private static int number(DataFetchingEnvironment env, String name, int absent) {
    Integer number = env.getArgument(name);
    if (number == null) {
      return absent;
    }
    if (number < 0) {
      throw new UserInputError("%s is 0 or more, not %d".formatted(name, number));
    }
    return number;
  }

  private static SharePriceForm form(DataFetchingEnvironment env) {
    Object form = env.getArgument("form");
    return form == null ? SharePriceForm.STAKE_PER_SHARE : SharePriceForm.valueOf(form.toString());
  }
}
