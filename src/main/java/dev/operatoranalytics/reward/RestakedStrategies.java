package dev.operatoranalytics.reward;

import static java.util.stream.Collectors.joining;

import com.esaulpaugh.headlong.abi.Function;
import dev.operatoranalytics.chain.Address;
import dev.operatoranalytics.database.AdvisoryLock;
import dev.operatoranalytics.database.Sql;
import dev.operatoranalytics.network.Network;
import dev.operatoranalytics.network.PriceFeeds;
import dev.operatoranalytics.node.BlockHeader;
import dev.operatoranalytics.node.ChainSettings;
import dev.operatoranalytics.node.Multicall;
import dev.operatoranalytics.node.Multicall.ContractCall;
import dev.operatoranalytics.node.NodeFailure;
import dev.operatoranalytics.node.Nodes;
import dev.operatoranalytics.node.RpcError;
import dev.operatoranalytics.pipeline.Partitions;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that asks AVSs which strategies their operators restake, which no event tells. Rewards
 * that an AVS pays by stake depend on it. The publisher of the claim trees asks every 3,600 blocks,
 * and so does this: for each day whose snapshot was taken and that such a submission pays, the
 * newest day first.
 */
@Singleton
public class RestakedStrategies {
  private static final Logger log = LoggerFactory.getLogger(RestakedStrategies.class);
  private static final long BLOCKS = 3_600;
  // calls in one request share its gas
  private static final int BATCH = 20;
  private static final int MAX_DAYS = 200;
  private static final Function RESTAKED =
      new Function("getOperatorRestakedStrategies(address)", "(address[])");

  private final DataSource state;
  private final Clock clock;
  private final @Nullable Nodes nodes;
  private final @Nullable Multicall contracts;

  RestakedStrategies(
      @Named("pipeline") DataSource state,
      DataSourceResolver plain,
      ChainSettings chain,
      Clock clock)
      throws IOException {
    this.state = plain.resolve(state);
    this.clock = clock;
    if (chain.urls().isEmpty()) {
      this.nodes = null;
      this.contracts = null;
      return;
    }
    var network = Network.of(chain.network());
    var node = new Nodes(chain.urls(), network.chainId(), chain.limits(), clock);
    this.nodes = node;
    this.contracts =
        network
            .prices()
            .map(PriceFeeds::multicall)
            .map(each -> new Multicall(node, each))
            .orElse(null);
  }

  /**
   * The result of a run.
   *
   * @param asked days of AVSs that were answered
   * @param withoutHistory days of AVSs for which the node has no state
   * @param failure why the run ended early; null when it did not
   */
  public record RestakedResult(int asked, int withoutHistory, @Nullable String failure) {}

  /** An AVS and a day, with the last block of the day. */
  private record AvsDay(Address avs, LocalDate date, long lastBlock) {}

  /** Runs the job; empty when another run is in progress. */
  public Optional<RestakedResult> run() throws SQLException {
    try (var lock = state.getConnection();
        var writer = state.getConnection()) {
      lock.setAutoCommit(false);
      writer.setAutoCommit(false);
      if (!AdvisoryLock.tryAcquire(lock, "restaked-strategies")) {
        return Optional.empty();
      }
      try {
        return Optional.of(run(writer));
      } finally {
        lock.rollback();
      }
    }
  }

  private RestakedResult run(Connection writer) throws SQLException {
    var asked = 0;
    var withoutHistory = 0;
    if (nodes == null || contracts == null) {
      return new RestakedResult(0, 0, "no node, or its network file has no `prices: multicall`");
    }
    var blocks = new TreeMap<LocalDate, List<Long>>();
    for (var day : missing(writer)) {
      try {
        var answers = new TreeMap<String, SortedSet<String>>();
        var ofDay = blocks.get(day.date);
        if (ofDay == null) {
          ofDay = blocksOf(nodes, day);
          blocks.put(day.date, ofDay);
        }
        for (var block : ofDay) {
          ask(contracts, day.avs, operators(writer, day.avs, block), block, answers);
        }
        store(writer, day, answers);
        asked++;
      } catch (RpcError e) {
        if (!e.isNoHistory()) {
          return failed(writer, asked, withoutHistory, e);
        }
        storeDay(writer, day, "NO_HISTORY");
        writer.commit();
        withoutHistory++;
      } catch (NodeFailure e) {
        return failed(writer, asked, withoutHistory, e);
      }
    }
    if (withoutHistory > 0) {
      log.info(
          "the node has no state of {} days of AVSs; their rewards are approximate",
          withoutHistory);
    }
    return new RestakedResult(asked, withoutHistory, null);
  }

  private static RestakedResult failed(
      Connection writer, int asked, int withoutHistory, NodeFailure e) throws SQLException {
    writer.rollback();
    var reason = String.valueOf(e.getMessage());
    log.warn("restaked strategies are not asked: {}", reason);
    return new RestakedResult(asked, withoutHistory, reason);
  }

  private List<AvsDay> missing(Connection state) throws SQLException {
    var days = new ArrayList<AvsDay>();
    Sql.each(
        state,
        """
        select distinct submissions.avs_id, days.partition_date, days.until_block
        from rewards_submissions as submissions
        join pipeline_partitions as days
            on
                days.stage = 'snapshot'
                and days.status = 'DONE'
                and days.partition_date >= submissions.start_date
                and days.partition_date < submissions.end_date
        left join restaked_strategy_days as asked
            on asked.avs_id = submissions.avs_id and asked.reward_date = days.partition_date
        where
            submissions.submission_kind = 'AVS'
            and (
                asked.avs_id is null
                -- another node may have the history
                or (asked.status = 'NO_HISTORY' and asked.asked_at < ?::timestamptz - interval '7 days')
            )
        order by partition_date desc, avs_id
        limit ?
        """,
        rows ->
            days.add(
                new AvsDay(
                    new Address(rows.getString(1)),
                    rows.getObject(2, LocalDate.class),
                    rows.getLong(3))),
        clock.instant().atOffset(ZoneOffset.UTC),
        MAX_DAYS);
    state.commit();
    return days;
  }

  /** The multiples of 3,600 among the blocks of a day. */
  private static List<Long> blocksOf(Nodes nodes, AvsDay day) {
    var blocks = new ArrayList<Long>();
    for (var block = day.lastBlock / BLOCKS * BLOCKS; block > 0; block -= BLOCKS) {
      var time = Instant.ofEpochSecond(nodes.call(BlockHeader.call(block)).time());
      if (LocalDate.ofInstant(time, ZoneOffset.UTC).isBefore(day.date)) {
        break;
      }
      blocks.add(block);
    }
    return blocks;
  }

  private static List<Address> operators(Connection state, Address avs, long block)
      throws SQLException {
    return Sql.list(
        state,
        """
        select distinct operator_id
        from operator_avs_registration_history
        where
            avs_id = ?
            and operator_set_id = ''
            and registered_block <= ?
            and (unregistered_block > ?) is not false
        order by operator_id
        """,
        rows -> new Address(rows.getString(1)),
        avs.value(),
        block,
        block);
  }

  /** Adds what the AVS answers at a block; one that does not answer names no strategy. */
  private static void ask(
      Multicall contracts,
      Address avs,
      List<Address> operators,
      long block,
      Map<String, SortedSet<String>> answers) {
    var calls =
        operators.stream()
            .map(operator -> new ContractCall(avs, RESTAKED, Multicall.abi(operator)))
            .toList();
    var results = contracts.call(calls, block, BATCH);
    for (var i = 0; i < operators.size(); i++) {
      var strategies =
          answers.computeIfAbsent(operators.get(i).value(), operator -> new TreeSet<>());
      var result = results.get(i);
      if (result != null) {
        com.esaulpaugh.headlong.abi.Address[] named = result.get(0);
        for (var strategy : named) {
          strategies.add("0x%040x".formatted(strategy.value()));
        }
      }
    }
  }

  /**
   * Stores the answers of a day as changes: a row holds from its day until the next row, on days
   * that were asked. Days come in any order, so the rows of other days keep their meaning.
   */
  private void store(Connection writer, AvsDay day, Map<String, SortedSet<String>> answers)
      throws SQLException {
    Sql.update(
        writer,
        """
        with
        asked as (
            select
                ?::text as avs_id,
                ?::date as day,
                item ->> 'operator' as operator_id,
                array(select jsonb_array_elements_text(item -> 'strategies')) as strategies
            from jsonb_array_elements(?::jsonb) as items (item)
        ),
        changed as (
            select asked.*, held.strategies as before, next.strategies as next
            from asked
            left join lateral (
                select strategies
                from operator_restaked_strategies as rows
                where
                    rows.avs_id = asked.avs_id
                    and rows.operator_id = asked.operator_id
                    and rows.from_date <= asked.day
                order by rows.from_date desc
                limit 1
            ) as held on true
            left join operator_restaked_strategies as next
                on
                    next.avs_id = asked.avs_id
                    and next.operator_id = asked.operator_id
                    and next.from_date = asked.day + 1
            where held.strategies is distinct from asked.strategies
        ),
        joined as (
            delete from operator_restaked_strategies as rows
            using changed
            where
                rows.avs_id = changed.avs_id
                and rows.operator_id = changed.operator_id
                and rows.from_date = changed.day + 1
                and rows.strategies = changed.strategies
        ),
        later as (
            insert into operator_restaked_strategies (avs_id, operator_id, from_date, strategies)
            select avs_id, operator_id, day + 1, before
            from changed
            where
                before is not null
                and next is null
                and exists (
                    select from restaked_strategy_days as days
                    where days.avs_id = changed.avs_id and days.reward_date > changed.day
                )
        )
        insert into operator_restaked_strategies (avs_id, operator_id, from_date, strategies)
        select avs_id, operator_id, day, strategies
        from changed
        on conflict (avs_id, operator_id, from_date) do update set strategies = excluded.strategies
        """,
        day.avs.value(),
        day.date,
        json(answers));
    storeDay(writer, day, "ANSWERED");
    for (var added : daysAdded(writer, day)) {
      Partitions.ANALYTICS.markStale(writer, added, added, Partitions.StaleReason.REWARDS_CHANGED);
    }
    writer.commit();
  }

  /** The days at whose end amounts of the AVS for the day were added. */
  private static List<LocalDate> daysAdded(Connection state, AvsDay day) throws SQLException {
    return Sql.list(
        state,
        """
        select distinct greatest(?::date, (submitted_at at time zone 'UTC')::date)
        from rewards_submissions
        where
            submission_kind = 'AVS' and avs_id = ? and start_date <= ? and end_date > ?
        """,
        rows -> rows.getObject(1, LocalDate.class),
        day.date,
        day.avs.value(),
        day.date,
        day.date);
  }

  private void storeDay(Connection writer, AvsDay day, String status) throws SQLException {
    Sql.update(
        writer,
        """
        insert into restaked_strategy_days (avs_id, reward_date, status, asked_at)
        values (?, ?, ?, ?)
        on conflict (avs_id, reward_date) do update set
            status = excluded.status, asked_at = excluded.asked_at
        """,
        day.avs.value(),
        day.date,
        status,
        clock.instant().atOffset(ZoneOffset.UTC));
  }

  private static String json(Map<String, SortedSet<String>> answers) {
    return answers.entrySet().stream()
        .map(
            each ->
                "{\"operator\": \"%s\", \"strategies\": [%s]}"
                    .formatted(
                        each.getKey(),
                        each.getValue().stream()
                            .map(strategy -> '"' + strategy + '"')
                            .collect(joining(", "))))
        .collect(joining(", ", "[", "]"));
  }

  @PreDestroy
  void close() {
    if (nodes != null) {
      nodes.close();
    }
  }
}
