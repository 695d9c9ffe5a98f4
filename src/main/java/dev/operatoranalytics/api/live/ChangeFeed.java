package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.database.BackendProcess;
import dev.operatoranalytics.database.Change.ChangeKind;
import dev.operatoranalytics.database.Sql;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads new rows of {@code change_feed} once for all subscribers, whichever replica wrote them.
 *
 * <p>One connection listens for notifications. They can be lost with the connection, so the table
 * is also polled. Subscribers that are further behind read the table themselves.
 */
@Singleton
public class ChangeFeed {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final int PAGE = 1_000;
  private static final String COLUMNS =
      "position, kind, key, run_id, day, status, done, total, happened_at";

  private static final Duration STANDBY_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration STANDBY_POLL = Duration.ofMillis(50);

  private final DatasourceConfiguration database;
  private final DatasourceConfiguration primary;
  private final DataSource connections;
  private final ChangeFeedSettings settings;
  private final AtomicReferenceArray<@Nullable FeedRow> recent;
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private volatile long newest = -1;
  private volatile boolean isStandby;
  private volatile @Nullable Thread reader;

  /**
   * @param primary the database whose notifications reach a listener; a connection pooler before
   *     the API's passes none on
   */
  ChangeFeed(
      @Named("api") DatasourceConfiguration database,
      @Named("pipeline") DatasourceConfiguration primary,
      @Named("api") DataSource connections,
      DataSourceResolver plain,
      ChangeFeedSettings settings) {
    this.database = database;
    this.primary = primary;
    this.connections = plain.resolve(connections);
    this.settings = settings;
    this.recent = new AtomicReferenceArray<>(settings.recent());
  }

  /**
   * @param wake runs when rows may be available; it must not block
   */
  public Subscriber subscribe(SubscriptionFilter filter, Runnable wake)
      throws SQLException, UnknownPosition {
    start();
    var after = filter.after();
    if (after != null && after > newest) {
      requireReached(after);
    }
    var begin = after != null ? after : filter.fromOldest() ? prunedTo() : newest;
    var end = filter.isComplete() ? readNewest() : 0;
    var subscriber = new Subscriber(this, filter, begin, end, wake);
    subscribers.add(subscriber);
    return subscriber;
  }

  /** Waits for a standby, because the client may have the cursor from a server that is ahead. */
  private void requireReached(long position) throws SQLException, UnknownPosition {
    var end = System.nanoTime() + STANDBY_TIMEOUT.toNanos();
    try {
      while (position > readNewest()) {
        if (!isStandby || System.nanoTime() - end > 0) {
          throw new UnknownPosition(position);
        }
        Thread.sleep(STANDBY_POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownPosition(position);
    }
  }

  /** A cursor names a position beyond the feed: it is from another database. */
  public static final class UnknownPosition extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownPosition(long position) {
      super("the feed has not reached %d: use the cursor of an event".formatted(position));
    }
  }

  /** Current number of subscribers. */
  public int subscribers() {
    return subscribers.size();
  }

  void unsubscribe(Subscriber subscriber) {
    subscribers.remove(subscriber);
  }

  int queue() {
    return settings.queue();
  }

  long newest() {
    return newest;
  }

  /** Reads from memory; null when it does not reach back to {@code after}. */
  @Nullable List<FeedRow> recent(SubscriptionFilter filter, long after, long until, int limit) {
    if (until - after > recent.length()) {
      return null;
    }
    var found = new ArrayList<FeedRow>();
    for (var position = after + 1; position <= until && found.size() < limit; position++) {
      var feedRow = recent.get((int) (position % recent.length()));
      if (feedRow == null || feedRow.position() != position) {
        return null;
      }
      if (filter.matches(feedRow)) {
        found.add(feedRow);
      }
    }
    return found;
  }

  /** Reads from the table. */
  List<FeedRow> read(SubscriptionFilter filter, long after, long until, int limit)
      throws SQLException {
    var sql =
        """
        select %s, 0 as skipped
        from change_feed
        where %s
        order by position
        limit ?
        """
            .formatted(COLUMNS, condition(filter));
    try (var connection = connections.getConnection();
        var statement = connection.prepareStatement(sql)) {
      statement.setInt(bind(statement, filter, after, until), limit);
      return rows(statement);
    }
  }

  /** The latest row of each key, with the number of rows it replaces. */
  List<FeedRow> latest(SubscriptionFilter filter, long after, long until) throws SQLException {
    var sql =
        """
        with pending as (
            select
                %1$s,
                count(*) over (partition by key) - 1 as skipped,
                row_number() over (partition by key order by position desc) as place
            from change_feed
            where %2$s
        )
        select %1$s, skipped from pending where place = 1 order by position
        """
            .formatted(COLUMNS, condition(filter));
    try (var connection = connections.getConnection();
        var statement = connection.prepareStatement(sql)) {
      bind(statement, filter, after, until);
      return rows(statement);
    }
  }

  int count(SubscriptionFilter filter, long after, long until) throws SQLException {
    try (var connection = connections.getConnection();
        var statement =
            connection.prepareStatement(
                "select count(*) from change_feed where " + condition(filter))) {
      bind(statement, filter, after, until);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  long prunedTo() throws SQLException {
    try (var connection = connections.getConnection()) {
      return counter(connection, "feed_pruned_to");
    }
  }

  private long readNewest() throws SQLException {
    try (var connection = connections.getConnection()) {
      return counter(connection, "feed_position");
    }
  }

  private static boolean isInRecovery(Connection connection) throws SQLException {
    return Sql.get(connection, "select pg_is_in_recovery()", row -> row.getBoolean(1));
  }

  private static long counter(Connection connection, String name) throws SQLException {
    return Sql.get(connection, "select " + name + " from data_version", row -> row.getLong(1));
  }

  private static String condition(SubscriptionFilter filter) {
    return "kind = ? and position > ? and position <= ?"
        + (filter.keys() == null ? "" : " and key = any(?)")
        + (filter.statuses() == null ? "" : " and status = any(?)");
  }

  /** Returns the index of the next parameter. */
  private static int bind(
      PreparedStatement statement, SubscriptionFilter filter, long after, long until)
      throws SQLException {
    statement.setString(1, filter.kind().name());
    statement.setLong(2, after);
    statement.setLong(3, until);
    var next = 4;
    for (var values : Arrays.asList(filter.keys(), filter.statuses())) {
      if (values != null) {
        statement.setArray(
            next++, statement.getConnection().createArrayOf("text", values.toArray()));
      }
    }
    return next;
  }

  private static List<FeedRow> rows(PreparedStatement statement) throws SQLException {
    var rows = new ArrayList<FeedRow>();
    try (var answer = statement.executeQuery()) {
      while (answer.next()) {
        rows.add(row(answer));
      }
    }
    return rows;
  }

  private static FeedRow row(ResultSet row) throws SQLException {
    var day = row.getObject("day", Date.class);
    return new FeedRow(
        row.getLong("position"),
        ChangeKind.valueOf(row.getString("kind")),
        row.getString("key"),
        row.getObject("run_id", Long.class),
        day == null ? null : day.toLocalDate(),
        row.getString("status"),
        row.getObject("done", Integer.class),
        row.getObject("total", Integer.class),
        row.getObject("happened_at", OffsetDateTime.class).toInstant(),
        row.getInt("skipped"));
  }

  private synchronized void start() throws SQLException {
    if (reader != null) {
      return;
    }
    try (var connection = connections.getConnection()) {
      isStandby = isInRecovery(connection);
      newest = counter(connection, "feed_position");
    }
    var thread = Thread.ofPlatform().name("change feed").daemon().unstarted(this::readLoop);
    // set before the thread starts, because it runs while the field is set
    reader = thread;
    thread.start();
  }

  private void readLoop() {
    while (reader != null) {
      try (var connection = connect(database)) {
        isStandby = isInRecovery(connection);
        if (isStandby) {
          poll(connection);
        } else if (BackendProcess.isPooled(connection)) {
          try (var listener = connect(primary)) {
            follow(connection, listener);
          }
        } else {
          follow(connection, connection);
        }
      } catch (SQLException | RuntimeException e) {
        if (reader != null) {
          log.warn("the change feed cannot be read; the next poll tries again: {}", e.getMessage());
          pause();
        }
      }
    }
  }

  private static Connection connect(DatasourceConfiguration database) throws SQLException {
    return DriverManager.getConnection(
        database.getUrl(), database.getUsername(), database.getPassword());
  }

  private void follow(Connection connection, Connection listener) throws SQLException {
    Sql.update(listener, "listen change_feed");
    var notifications = listener.unwrap(PGConnection.class);
    while (reader != null) {
      readNew(connection);
      notifications.getNotifications((int) settings.poll().toMillis());
    }
  }

  /** A standby accepts no {@code listen}; ends when it is promoted. */
  private void poll(Connection connection) throws SQLException {
    while (reader != null && isInRecovery(connection)) {
      readNew(connection);
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(settings.poll());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reader = null;
    }
  }

  private void readNew(Connection connection) throws SQLException {
    List<FeedRow> page;
    do {
      try (var statement =
          connection.prepareStatement(
              """
              select %s, 0 as skipped
              from change_feed
              where position > ?
              order by position
              limit ?
              """
                  .formatted(COLUMNS))) {
        statement.setLong(1, newest);
        statement.setInt(2, PAGE);
        page = rows(statement);
      }
      if (!page.isEmpty()) {
        publish(page);
      }
    } while (page.size() == PAGE);
  }

  private void publish(List<FeedRow> page) {
    for (var feedRow : page) {
      recent.set((int) (feedRow.position() % recent.length()), feedRow);
    }
    newest = page.getLast().position();
    for (var subscriber : subscribers) {
      if (page.stream().anyMatch(subscriber.filter()::matches)) {
        subscriber.wake();
      }
    }
  }

  @PreDestroy
  void close() {
    var running = reader;
    reader = null;
    if (running != null) {
      running.interrupt();
    }
  }
}
