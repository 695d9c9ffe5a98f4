package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.AsOf;
import dev.operatoranalytics.pipeline.AsOfRebuild;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A delegator as of an earlier block, instant or end of a day, with all operators that it had. */
@Singleton
class DelegatorAsOf implements AsOf {
  private final AsOfRebuild past;

  DelegatorAsOf(AsOfRebuild past) {
    this.past = past;
  }

  @Override
  public void stage(Connection connection, Map<String, Object> arguments) throws SQLException {
    var staker = String.valueOf(arguments.get("address"));
    OperatorAsOf.at(
        arguments,
        block -> past.stakerAsOfBlock(connection, staker, block),
        time -> past.stakerAsOfTime(connection, staker, time),
        date -> past.stakerAsOfEndOf(connection, staker, date));
  }
}
