package dev.operatoranalytics.api.operator;

import dev.operatoranalytics.api.graphql.Moment;
import dev.operatoranalytics.api.query.BadInput;
import dev.operatoranalytics.pipeline.PastState;
import dev.operatoranalytics.pipeline.UnknownMoment;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/** An operator as of an earlier block, instant or end of a day. */
@Singleton
class OperatorAsOf implements Moment {
  private static final BigInteger GREATEST_BLOCK = BigInteger.valueOf(Long.MAX_VALUE);

  private final PastState past;

  OperatorAsOf(PastState past) {
    this.past = past;
  }

  @Override
  public void stage(Connection connection, String address, Map<String, Object> asOf)
      throws SQLException {
    try {
      switch (asOf.values().iterator().next()) {
        case BigInteger block when block.signum() >= 0 && block.compareTo(GREATEST_BLOCK) < 0 ->
            past.asOfBlock(connection, address, block.longValue());
        case BigInteger block -> throw new BadInput("no chain has a block " + block);
        case Instant time -> past.asOfTime(connection, address, time);
        case LocalDate date -> past.asOfEndOf(connection, address, date);
        default -> throw new IllegalStateException("asOf: " + asOf);
      }
    } catch (UnknownMoment e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }
}
