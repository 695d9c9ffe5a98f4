package dev.operatoranalytics.api.noun;

import dev.operatoranalytics.api.query.GlobalId;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds objects by the start of their address or number, or by a part of their name. */
@Singleton
class SearchQueries {
  // requires six digits, because shorter ones match too many delegators
  private static final Pattern DELEGATOR = Pattern.compile("0x[0-9a-f]{6,40}");

  private static final String FOUND =
      """
      with

      asked as (
          select case_folded(?) as text
      ),

      found as (
          select 'Operator' as kind, operator_id as key, operator_id as number, name, total_tvs as weight
          from operator_state
          union all
          select 'Strategy', strategy_id, strategy_id, symbol, tvs_usd
          from strategy_state
          left join strategies using (strategy_id)
          union all
          select 'Avs', avs_id, avs_id, name, operator_count
          from avs_state
          left join avs_metadata using (avs_id)
          union all
          select 'DomainOperator', operator_id::text, operator_id::text, name, null
          from operators_metadata
          union all
          (
              select distinct 'Delegator', staker_id, staker_id, null, null::numeric
              from operator_delegators
              where staker_id collate "C" >= ? and staker_id collate "C" < ?
              limit ?
          )
      )

      select kind, key
      from found
      cross join asked
      where starts_with(number, text) or strpos(case_folded(name), text) > 0
      order by
          number = text or case_folded(name) = text desc nulls last,
          starts_with(case_folded(name), text) desc nulls last,
          weight desc nulls last,
          kind,
          key
      limit ?
      """;

  private final JdbcOperations jdbc;

  SearchQueries(@Named("api") JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  /** The best match first. */
  List<GlobalId> find(String text, int first) {
    return jdbc.prepareStatement(
        FOUND,
        statement -> {
          var lower = text.toLowerCase(Locale.ROOT);
          statement.setString(1, text);
          statement.setString(2, lower);
          statement.setString(3, DELEGATOR.matcher(lower).matches() ? lower + "g" : lower);
          statement.setInt(4, first);
          statement.setInt(5, first);
          var found = new ArrayList<GlobalId>();
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              found.add(new GlobalId(rows.getString(1), rows.getString(2)));
            }
          }
          return found;
        });
  }
}
