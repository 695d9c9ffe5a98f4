package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.document.AsOf;
import dev.operatoranalytics.pipeline.AsOfRebuild;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What an earner had earned and claimed at an earlier block, instant or end of a day. */
@Singleton
class EarnerAsOf implements AsOf {
  private final AsOfRebuild past;

  EarnerAsOf(AsOfRebuild past) {
    this.past = past;
  }

  @Override
  public void stage(Connection connection, Map<String, Object> arguments) throws SQLException {
    var earner = String.valueOf(arguments.get("earner"));
    OperatorAsOf.at(
        arguments,
        block -> past.rewardsAsOfBlock(connection, earner, block),
        time -> past.rewardsAsOfTime(connection, earner, time),
        date -> past.rewardsAsOfEndOf(connection, earner, date));
  }
}
