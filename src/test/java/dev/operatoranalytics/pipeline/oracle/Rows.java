package dev.operatoranalytics.pipeline.oracle;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of state tables as text, by table and key, with the columns that both implementations
 * compute.
 *
 * @param tables rows by table; each has its cells by its key
 */
public record Rows(SortedMap<String, SortedMap<String, String>> tables) {

  /** Columns of the key, and the other columns. */
  record Columns(List<String> key, List<String> beside) {
    private static Columns of(String key, String beside) {
      return new Columns(List.of(key.split(" ", -1)), List.of(beside.split(" ", -1)));
    }

    private String select(String table) {
      return Stream.concat(key.stream(), beside.stream())
          .map("coalesce(nullif((%s)::text, ''), '-')"::formatted)
          .collect(Collectors.joining(", ", "select ", " from " + table));
    }
  }

  static final Map<String, Columns> COLUMNS =
      Map.ofEntries(
          Map.entry("operator_strategy_shares", Columns.of("operator_id strategy_id", "shares")),
          Map.entry(
              "operator_delegator_history",
              Columns.of(
                  "operator_id staker_id delegated_block delegated_log_index",
                  "undelegated_block undelegated_log_index was_forced")),
          Map.entry(
              "operator_delegator_shares",
              Columns.of("operator_id staker_id strategy_id", "shares is_dust")),
          Map.entry(
              "operator_delegators",
              Columns.of("operator_id staker_id", "is_delegated is_active strategy_count")),
          Map.entry(
              "operator_strategy_magnitudes",
              Columns.of("operator_id strategy_id", "max_magnitude last_encumbered_magnitude")),
          Map.entry(
              "operator_strategy_state",
              Columns.of(
                  "operator_id strategy_id",
                  "shares max_magnitude encumbered_magnitude allocatable_magnitude"
                      + " round(utilization_rate,12) delegator_count")),
          Map.entry(
              "operator_allocations",
              Columns.of(
                  "operator_id operator_set_id strategy_id",
                  "current_magnitude pending_magnitude pending_effect_block is_slashable"
                      + " slashable_shares")),
          Map.entry(
              "operator_slashing_incidents",
              Columns.of(
                  "operator_id transaction_hash log_index", "operator_set_id slashed_block")),
          Map.entry(
              "operator_slashing_amounts",
              Columns.of(
                  "operator_id transaction_hash log_index strategy_id",
                  "wad_slashed shares cumulative_wad_slashed")),
          Map.entry(
              "queued_withdrawals",
              Columns.of(
                  "operator_id withdrawal_root",
                  "staker_id queued_block completed_block completable_at_block is_completable")),
          Map.entry(
              "queued_withdrawal_shares",
              Columns.of(
                  "operator_id withdrawal_root place",
                  "strategy_id shares scaled_shares current_shares")),
          Map.entry(
              "operator_sets",
              Columns.of(
                  "operator_set_id",
                  "slasher pending_slasher pending_slasher_effect_block is_redistributing")),
          Map.entry(
              "slash_settlements",
              Columns.of(
                  "operator_set_id slash_id strategy_id",
                  "operator_id shares settled_shares resolution_block is_redistributing status")),
          Map.entry(
              "operator_avs_registration_history",
              Columns.of(
                  "operator_id avs_id operator_set_id registered_block registered_log_index",
                  "unregistered_block")),
          Map.entry(
              "operator_avs_relationships",
              Columns.of(
                  "operator_id avs_id",
                  "is_registered is_registered_with_directory operator_set_count")),
          Map.entry(
              "operator_commission_rates",
              Columns.of(
                  "operator_id commission_kind subject_id",
                  "current_bips is_default upcoming_bips date_part('epoch',activates_at)")),
          Map.entry(
              "operator_current_state",
              Columns.of(
                  "operator_id",
                  "is_active active_avs_count registered_avs_count active_operator_set_count"
                      + " active_delegators delegated_stakers total_delegators strategy_count"
                      + " total_slash_events")));

  Rows() {
    this(new TreeMap<>());
    COLUMNS.keySet().forEach(table -> tables.put(table, new TreeMap<>()));
  }

  /** Reads the rows of the tables. */
  public static Rows held(Function<String, List<List<String>>> query) {
    var rows = new Rows();
    COLUMNS.forEach(
        (table, columns) -> {
          for (var cells : query.apply(columns.select(table))) {
            var keys = columns.key.size();
            rows.add(
                table,
                text(cells.subList(0, keys).toArray()),
                cells.subList(keys, cells.size()).toArray());
          }
        });
    return rows;
  }

  public Rows ofOperators(Set<String> operators) {
    var some = new Rows();
    tables.forEach(
        (table, rows) ->
            rows.forEach(
                (key, cells) -> {
                  if (operators.contains(key.split(" ", 2)[0])) {
                    some.of(table).put(key, cells);
                  }
                }));
    return some;
  }

  void add(String table, String key, @Nullable Object... beside) {
    of(table).put(key, text(beside));
  }

  public SortedMap<String, String> of(String table) {
    return tables.computeIfAbsent(table, t -> new TreeMap<>());
  }

  public long count() {
    return tables.values().stream().mapToLong(Map::size).sum();
  }

  static String text(@Nullable Object... cells) {
    return Arrays.stream(cells)
        .map(cell -> cell == null ? "-" : cell.toString())
        .collect(Collectors.joining(" "));
  }
}
