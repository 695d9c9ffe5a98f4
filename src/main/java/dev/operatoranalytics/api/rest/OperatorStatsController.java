package dev.operatoranalytics.api.rest;

import dev.operatoranalytics.api.operator.OperatorQueries;
import dev.operatoranalytics.api.strategy.StrategyQueries;
import dev.operatoranalytics.chain.Address;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.micronaut.transaction.annotation.ReadOnly;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The endpoint that dashboards had before GraphQL; amounts are decimal strings. */
@Controller("/api/v1/operators")
class OperatorStatsController {
  private final OperatorQueries operators;
  private final StrategyQueries strategies;

  OperatorStatsController(OperatorQueries operators, StrategyQueries strategies) {
    this.operators = operators;
    this.strategies = strategies;
  }

  @Get("/{id}/stats")
  @Produces(MediaType.ALL)
  @ExecuteOn(TaskExecutors.BLOCKING)
  @ReadOnly("api")
  HttpResponse<?> stats(String id) {
    String address;
    try {
      address = new Address(id).value();
    } catch (IllegalArgumentException e) {
      return Problem.badInput(String.valueOf(e.getMessage()));
    }
    var operator = operators.find(address);
    if (operator.isEmpty()) {
      return HttpResponse.notFound(new Problem("NOT_FOUND", "no event names operator " + address))
          .contentType(MediaType.APPLICATION_JSON_TYPE);
    }
    var found = operator.get();
    var held = operators.strategiesOf(List.of(address)).getOrDefault(address, List.of());
    var described =
        strategies.byAddress(held.stream().map(strategy -> strategy.strategyId()).toList());
    var byStrategy =
        held.stream()
            .map(
                strategy -> {
                  var description = described.get(strategy.strategyId());
                  return new StrategyTvs(
                      strategy.strategyId(),
                      description == null ? null : description.symbol(),
                      text(strategy.tvsUsd()),
                      strategy.maxMagnitude().toPlainString(),
                      strategy.encumberedMagnitude().toPlainString(),
                      text(strategy.utilizationRate()));
                })
            .toList();
    return HttpResponse.ok(
            new Stats(
                address,
                new Tvs(
                    text(found.totalTvs()),
                    found.tvsStatus(),
                    found.tvsUpdatedAt() == null ? null : found.tvsUpdatedAt().toString(),
                    found.unpricedStrategyCount(),
                    byStrategy),
                new Delegators(found.activeDelegators(), found.totalDelegators()),
                new AvsCounts(found.activeAvsCount(), found.registeredAvsCount()),
                new OperatorSets(found.activeOperatorSetCount())))
        .contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  private static @Nullable String text(@Nullable BigDecimal number) {
    if (number == null) {
      return null;
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  @Serdeable(naming = SnakeCaseStrategy.class)
  record Stats(
      String operatorId,
      Tvs tvs,
      Delegators delegators,
      AvsCounts avs,
      OperatorSets operatorSets) {}

  @Serdeable(naming = SnakeCaseStrategy.class)
  record Tvs(
      @Nullable String total,
      String status,
      @Nullable String updatedAt,
      int unpricedStrategies,
      List<StrategyTvs> byStrategy) {}

  @Serdeable(naming = SnakeCaseStrategy.class)
  record StrategyTvs(
      String strategyId,
      @Nullable String strategyName,
      @Nullable String tvsUsd,
      String maxMagnitude,
      String encumberedMagnitude,
      @Nullable String utilizationRate) {}

  @Serdeable
  record Delegators(int active, int total) {}

  @Serdeable
  record AvsCounts(int active, int registered) {}

  @Serdeable
  record OperatorSets(int active) {}
}
