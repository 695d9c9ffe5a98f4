package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.AsOf;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.AsOfRebuild;
import dev.operatoranalytics.pipeline.StateNotKnown;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;

/** An operator as of an earlier block, instant or end of a day. */
@Singleton
class OperatorAsOf implements AsOf {
  private static final BigInteger MAX_BLOCK = BigInteger.valueOf(Long.MAX_VALUE);

  private final AsOfRebuild past;

  OperatorAsOf(AsOfRebuild past) {
    this.past = past;
  }

  /** Stages the tables of one kind of moment. */
  interface PastStaging<M> {
    void at(M moment) throws SQLException;
  }

  @Override
  public void stage(Connection connection, Map<String, Object> arguments) throws SQLException {
    var address = String.valueOf(arguments.get("address"));
    at(
        arguments,
        block -> past.asOfBlock(connection, address, block),
        time -> past.asOfTime(connection, address, time),
        date -> past.asOfEndOf(connection, address, date));
  }

  /** Stages by the kind of the argument {@code asOf}. */
  @SuppressWarnings("unchecked") // an input object has texts for keys
  static void at(
      Map<String, Object> arguments,
      PastStaging<Long> atBlock,
      PastStaging<Instant> atTime,
      PastStaging<LocalDate> atEndOf)
      throws SQLException {
    var asOf = (Map<String, Object>) Objects.requireNonNull(arguments.get("asOf"));
    try {
      switch (asOf.values().iterator().next()) {
        case BigInteger block when block.signum() >= 0 && block.compareTo(MAX_BLOCK) < 0 ->
            atBlock.at(block.longValue());
        case BigInteger block -> throw new UserInputError("no chain has a block " + block);
        case Instant time -> atTime.at(time);
        case LocalDate date -> atEndOf.at(date);
        default -> throw new IllegalStateException("asOf: " + asOf);
      }
    } catch (StateNotKnown e) {
      throw new UserInputError(String.valueOf(e.getMessage()));
    }
  }
}
