package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.Declarations;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.stream.Stream;

/** Collects the declarations of all nouns. */
@Factory
final class AllNouns {

  @Singleton
  Declarations declarations() {
    return new Declarations(
        Stream.of(
                Roots.NOUNS,
                Operators.NOUNS,
                MetadataFetches.NOUNS,
                Strategies.NOUNS,
                Delegators.NOUNS,
                EigenPods.NOUNS,
                Withdrawals.NOUNS,
                SlashPreviews.NOUNS,
                SlashSettlements.NOUNS,
                Avses.NOUNS,
                Analytics.NOUNS,
                Ranks.NOUNS,
                Rewards.NOUNS,
                RewardPreviews.NOUNS,
                Networks.NOUNS,
                Epochs.NOUNS,
                Pipelines.NOUNS,
                Alerts.NOUNS)
            .flatMap(Collection::stream)
            .toList());
  }
}
