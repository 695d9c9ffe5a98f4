package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.AsOf;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.pipeline.AsOfRebuild;
import dev.operatoranalytics.pipeline.StateNotKnown;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of an address as of an earlier block, instant or end of a day.
 *
 * @param subject what has the address
 * @param argument that holds the address
 */
record RebuiltAsOf(AsOfRebuild past, AsOfRebuild.RebuiltSubject subject, String argument)
    implements AsOf {
  private static final BigInteger MAX_BLOCK = BigInteger.valueOf(Long.MAX_VALUE);

  @Override
  public void stage(Connection connection, Map<String, Object> arguments) throws SQLException {
    var address = String.valueOf(arguments.get(argument));
    @SuppressWarnings("unchecked") // an input object has texts for keys
    var asOf = (Map<String, Object>) Objects.requireNonNull(arguments.get("asOf"));
    try {
      switch (asOf.values().iterator().next()) {
        case BigInteger block when block.signum() >= 0 && block.compareTo(MAX_BLOCK) < 0 ->
            past.asOfBlock(connection, subject, address, block.longValue());
        case BigInteger block -> throw new UserInputError("no chain has a block " + block);
        case Instant time -> past.asOfTime(connection, subject, address, time);
        case LocalDate date -> past.asOfEndOf(connection, subject, address, date);
        default -> throw new IllegalStateException("asOf: " + asOf);
      }
    } catch (StateNotKnown e) {
      throw new UserInputError(String.valueOf(e.getMessage()));
    }
  }
}
