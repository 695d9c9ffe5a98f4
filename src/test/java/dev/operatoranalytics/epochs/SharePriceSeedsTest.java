package dev.operatoranalytics.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the published SQL of the seed documents unchanged. */
class SharePriceSeedsTest {
  @TempDir private Path directory;
  private EpochTables tables;

  @BeforeEach
  void fill() throws Exception {
    tables = new EpochTables();
    var document =
        new DocumentText(1000)
            .operator(0, "3000", "2000")
            .operator(1, "4000", "4000")
            .operator(4, "5000", "4000")
            .reward(1, "9");
    tables.imported(Files.writeString(directory.resolve("one.json"), document.toString()));
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  @Test
  void progress_of_the_backfill() {
    assertThat(
            tables.lines(
                """
                SELECT COUNT(DISTINCT epoch) as epochs_done,
                       MAX(epoch) as latest_epoch,
                       COUNT(*) as total_entries
                FROM operator_share_prices;
                """))
        .containsExactly("1 1000 3");
  }

  @Test
  void the_integrity_query_finds_epochs_of_fewer_than_three_operators() {
    assertThat(
            tables.lines(
                """
                -- Check operators 0-3 have consistent data
                SELECT epoch,
                       COUNT(DISTINCT operator_id) as operators,
                       STRING_AGG(operator_id::TEXT, ',' ORDER BY operator_id) as op_list
                FROM operator_share_prices
                WHERE operator_id <= 3
                GROUP BY epoch
                HAVING COUNT(DISTINCT operator_id) < 3
                LIMIT 10;
                """))
        .containsExactly("1000 2 0,1");
  }

  @Test
  void performance_queries_run() {
    for (var sql :
        List.of(
            """
            EXPLAIN ANALYZE
            SELECT * FROM comprehensive_analytics
            WHERE epoch BETWEEN 1000 AND 2000;
            """,
            """
            EXPLAIN ANALYZE
            SELECT * FROM operator_share_prices
            WHERE epoch BETWEEN 1000 AND 2000
            AND operator_id <= 3;
            """)) {
      assertThat(tables.rows(sql)).isNotEmpty();
    }
  }

  @Test
  void the_direct_query_reads_a_range() throws Exception {
    // the price of an epoch includes its rewards: it follows from the document of the next one
    var next = new DocumentText(1001).operator(0, "3000", "2000").toString();
    tables.imported(Files.writeString(directory.resolve("next.json"), next));
    try (var statement =
        tables
            .connection()
            .prepareStatement(
                """
                SELECT
                  epoch,
                  operator_id,
                  share_price_perq
                FROM operator_share_prices
                WHERE epoch BETWEEN ? AND ?
                ORDER BY epoch, operator_id;
                """)) {
      statement.setInt(1, 1000);
      statement.setInt(2, 1000);
      try (var rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(3)).isEqualTo("666666666666666666");
      }
    }
  }

  @Test
  void the_view_has_its_columns_and_joins_the_dictionary() {
    assertThat(
            tables.rows(
                """
                SELECT
                  ca.*,
                  -- Dynamic operator share prices via CROSSTAB or JSON_AGG
                  (SELECT JSON_OBJECT_AGG(
                    operator_id::TEXT,
                    share_price_perq::TEXT
                  ) FROM operator_share_prices osp
                  WHERE osp.epoch = ca.epoch
                  ) as operator_share_prices_json
                FROM comprehensive_analytics ca;
                """))
        .hasSize(1);
    assertThat(
            tables
                .lines(
                    """
                    select epoch, end_block, epoch_date, total_stake_raw, total_stake_tokens * 1e18, total_shares_raw,
                        storage_fee_fund_raw, operator_0_stake_tokens * 1e18, operator_1_rewards_tokens * 1e18,
                        operator_1_shares_raw, operator_0_share_price_tokens, operator_2_stake_tokens, operator_count,
                        operator_share_prices_json
                    from comprehensive_analytics
                    """)
                .getFirst())
        .startsWith("1000 121000 2025-08-24 12000 12000.")
        .endsWith(
            " - 3 {\"0\":\"1500000000000000000\",\"1\":\"1000000000000000000\",\"4\":\"1250000000000000000\"}");
  }

  @Test
  void a_rollback_removes_only_the_tables_of_epochs() throws Exception {
    var before =
        tables.lines(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relname"
                + " ~ 'operator_current_state|pipeline_runs'");
    tables
        .connection()
        .createStatement()
        .execute("create table epochs_of_somebody (epoch integer)");

    tables
        .connection()
        .createStatement()
        .execute(Files.readString(Path.of("migrations/rollback/epochs.sql")));

    assertThat(
            tables.lines(
                """
                select relname from pg_class
                where relnamespace = 'public'::regnamespace
                    and relname ~ 'epoch|share_price|operator_shares|operators_metadata|comprehensive'
                """))
        .containsExactly("epochs_of_somebody");
    assertThat(
            tables.lines(
                "select count(*) from pg_class where relnamespace = 'public'::regnamespace and"
                    + " relname ~ 'operator_current_state|pipeline_runs'"))
        .isEqualTo(before);
    org.flywaydb.core.Flyway.configure()
        .dataSource(tables.url().jdbc(), tables.url().user(), tables.url().password())
        .locations("classpath:migrations/analytics")
        .outOfOrder(true)
        .load()
        .migrate();
    assertThat(tables.lines("select count(*) from epochs")).containsExactly("0");
  }
}
