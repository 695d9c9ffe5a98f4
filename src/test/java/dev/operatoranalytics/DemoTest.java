package dev.operatoranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.operatoranalytics.epochs.EpochImport;
import dev.operatoranalytics.epochs.FileSource;
import dev.operatoranalytics.pipeline.RealTables;
import dev.operatoranalytics.source.RejectLog;
import dev.operatoranalytics.source.demo.DemoFiles;
import dev.operatoranalytics.source.demo.DemoNetwork;
import dev.operatoranalytics.source.demo.DemoSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** The pipeline derives from the demo's events the state that its simulated contracts have. */
@Tag("slow")
class DemoTest {
  private static final Instant END = Instant.parse("2026-01-22T12:00:00Z");
  private static final DemoSize SIZE = new DemoSize(40, 900, 365, 60, 5, 7);

  @AutoClose private static RealTables tables;
  private static DemoFiles files;

  @BeforeAll
  static void load(@TempDir Path directory) throws Exception {
    files = DemoNetwork.generate(SIZE, END, directory);
    tables = new RealTables();
    tables.importStrategies(files.strategies());
    tables.importPrices(files.prices());
    tables.importRates(files.rates());
    assertThat(tables.importEvents(files.events()).rejected()).isZero();
    tables.update();
    try (var documents = tables.tables().stateUrl().connect();
        var rejects = tables.tables().stateUrl().connect()) {
      var result =
          new EpochImport(documents, new RejectLog(rejects, System.err::println), 0, text -> {})
              .run(new FileSource(files.epochs()), (count, part) -> {});
      assertThat(result.rejected() + result.issues()).isZero();
    }
  }

  /**
   * @param rows the rows of the table, with the columns of the expected file
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "operator_strategy_state | operator_strategy_state",
        "operator_allocations | operator_allocations",
        "operator_slashing_amounts | operator_slashing_amounts",
        "operator_delegators | operator_delegators",
        "operator_avs_relationships | operator_avs_relationships",
        "operator_commission_rates | operator_commission_rates where not is_default or"
            + " upcoming_bips is not null",
        "queued_withdrawals | (select *, completed_at is not null as is_completed from"
            + " queued_withdrawals) as queue",
        "queued_withdrawal_shares | queued_withdrawal_shares",
        "operator_shares | operator_shares",
        "chain_share_prices | chain_share_prices"
      })
  void each_table_equals_the_state_of_the_contracts(String table, String rows) throws Exception {
    var columns = expect(table);

    assertThat(tables.rows("select %s from %s except table expected".formatted(columns, rows)))
        .as("unexpected rows")
        .isEmpty();
    assertThat(tables.rows("table expected except select %s from %s".formatted(columns, rows)))
        .as("missing rows")
        .isEmpty();
    assertThat(tables.rows("select 1 from expected limit 1")).isNotEmpty();
  }

  /**
   * After a slash, each of at most four deposits may differ by a rounding of two parts in 10^18.
   */
  @Test
  void shares_of_delegators_equal_what_they_can_withdraw() throws Exception {
    expect("operator_delegator_shares");

    var differing =
        """
        select expected.*, held.shares, state.max_magnitude
        from expected
        full outer join operator_delegator_shares as held using (operator_id, staker_id, strategy_id)
        join operator_strategy_state as state using (operator_id, strategy_id)
        where
            abs(coalesce(held.shares, 0) - coalesce(expected.shares, 0)) > case
                when state.max_magnitude = 1e18 then 0
                else div(8 * coalesce(expected.shares, 0), 1e18) + 20
            end
        """;
    assertThat(tables.rows(differing)).isEmpty();
  }

  @Test
  void the_demo_contains_every_kind_of_event() {
    assertThat(
            tables.rows(
                """
                select
                    (select count(*) > 0 from operator_allocations where pending_magnitude is not null),
                    (select count(*) > 0 from operator_commission_rates where upcoming_bips is not null),
                    (select count(*) > 0 from queued_withdrawals where completed_at is null),
                    (select count(*) > 0 from operator_delegator_history where was_forced),
                    (select count(*) > 0 from operator_avs_relationships where not is_registered),
                    (select max(slashes) from (
                        select count(*) as slashes from operator_slashing_incidents
                        group by transaction_hash
                    ) as transactions),
                    (select count(*) > 0 from operator_slashing_amounts where wad_slashed = 0),
                    (select count(*) > 0 from operator_state where tvs_status = 'PARTIAL')
                """))
        .containsExactly(List.of("t", "t", "t", "t", "t", "2", "t", "t"));
  }

  @Test
  void the_same_seed_and_end_give_the_same_bytes(@TempDir Path other) throws Exception {
    var again = DemoNetwork.generate(SIZE, END, other);

    assertThat(bytes(again)).isEqualTo(bytes(files));
  }

  private static List<String> bytes(DemoFiles files) throws Exception {
    var all = new ArrayList<String>();
    try (var paths = Files.walk(files.events().getParent())) {
      for (var path : paths.filter(Files::isRegularFile).sorted().toList()) {
        all.add(path.getFileName() + " " + Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return all;
  }

  /** Fills the table {@code expected} and returns its columns. */
  private static String expect(String table) throws Exception {
    var file = files.expected().resolve(table + ".csv");
    String columns;
    try (var lines = Files.lines(file)) {
      columns = lines.findFirst().orElseThrow();
    }
    var columnsOfTable =
        columns.replace("is_completed", "completed_at is not null as is_completed");
    var state = tables.tables().state();
    try (var statement = state.createStatement();
        var rows = Files.newInputStream(file)) {
      statement.execute("drop table if exists expected");
      statement.execute(
          "create temp table expected as select %s from %s limit 0"
              .formatted(columnsOfTable, table));
      state
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy expected from stdin (format csv, header, null '-')", rows);
    }
    return columns;
  }
}
