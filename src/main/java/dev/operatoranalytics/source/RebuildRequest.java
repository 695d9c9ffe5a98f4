package dev.operatoranalytics.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;

/** Asks for the rebuild of operators of which no new event tells. */
public record RebuildRequest(Collection<String> operators, Reason reason) {

  /** Why. */
  public enum Reason {
    /** Its state carries its name, which has changed. */
    METADATA,
    /** Events of it were deleted, so days that were taken are wrong, too. */
    DELETED
  }

  static RebuildRequest metadata(String operator) {
    return new RebuildRequest(Set.of(operator), Reason.METADATA);
  }

  public static RebuildRequest deleted(Collection<String> operators) {
    return new RebuildRequest(operators, Reason.DELETED);
  }

  /** In an open transaction. */
  public void store(Connection state) throws SQLException {
    try (var statement =
        state.prepareStatement(
            """
            insert into pipeline_requests as request
                (operator_id, reason, requested_at, not_before)
            select operator_id, ?, now(), now()
            from unnest(?) as requested (operator_id)
            on conflict (operator_id) do update set
                reason = excluded.reason, not_before = excluded.not_before
            where excluded.reason = 'DELETED'
            """)) {
      statement.setString(1, reason.name());
      statement.setArray(2, state.createArrayOf("text", operators.toArray()));
      statement.executeUpdate();
    }
  }
}
