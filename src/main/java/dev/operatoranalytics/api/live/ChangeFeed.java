package dev.operatoranalytics.api.live;

import dev.operatoranalytics.api.document.ChangeEvent.Happened;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.database.Change.ChangeKind;
import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
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
 * The end of {@code change_feed}, read once for all who follow it, whichever replica wrote it.
 *
 * <p>One connection listens: a notification only wakes, and as it can be lost with its connection,
 * the table is also looked at now and then. Who is further behind reads the table itself.
 */
@Singleton
public class ChangeFeed {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final int PAGE = 1_000;
  private static final String COLUMNS =
      "position, kind, key, run_id, day, status, done, total, happened_at";

  private final DatasourceConfiguration database;
  private final DataSource connections;
  private final ChangeFeedSettings settings;
  private final AtomicReferenceArray<@Nullable Happened> recent;
  private final Set<Subscriber> followers = ConcurrentHashMap.newKeySet();
  private volatile long newest = -1;
  private volatile @Nullable Thread reader;

  ChangeFeed(
      @Named("api") DatasourceConfiguration database,
      @Named("api") DataSource connections,
      DataSourceResolver plain,
      ChangeFeedSettings settings) {
    this.database = database;
    this.connections = plain.resolve(connections);
    this.settings = settings;
    this.recent = new AtomicReferenceArray<>(settings.recent());
  }

  /**
   * @param wake told when there is something to read; it must not block
   */
  public Subscriber follow(SubscriptionFilter follow, Runnable wake)
      throws SQLException, UnknownPosition {
    start();
    var after = follow.after();
    if (after != null && after > newest && after > newestInTable()) {
      throw new UnknownPosition(after);
    }
    var begin = after != null ? after : follow.isWhole() ? prunedTo() : newest;
    var end = follow.isOver() ? newestInTable() : 0;
    var follower = new Subscriber(this, follow, begin, end, wake);
    followers.add(follower);
    return follower;
  }

  /** The feed has not come to a position that a cursor names: it is of another database. */
  public static final class UnknownPosition extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownPosition(long position) {
      super("the feed has not come to %d: take the cursor of an event".formatted(position));
    }
  }

  /** How many follow at this moment. */
  public int followers() {
    return followers.size();
  }

  void leave(Subscriber follower) {
    followers.remove(follower);
  }

  int queue() {
    return settings.queue();
  }

  long newest() {
    return newest;
  }

  /** From memory; null when that does not go back far enough. */
  @Nullable List<Happened> recent(SubscriptionFilter follow, long after, long until, int most) {
    if (until - after > recent.length()) {
      return null;
    }
    var found = new ArrayList<Happened>();
    for (var position = after + 1; position <= until && found.size() < most; position++) {
      var happened = recent.get((int) (position % recent.length()));
      if (happened == null || happened.position() != position) {
        return null;
      }
      if (follow.matches(happened)) {
        found.add(happened);
      }
    }
    return found;
  }

  /** From the table. */
  List<Happened> read(SubscriptionFilter follow, long after, long until, int most)
      throws SQLException {
    var sql =
        """
        select %s, 0 as skipped
        from change_feed
        where %s
        order by position
        limit ?
        """
            .formatted(COLUMNS, condition(follow));
    try (var connection = connections.getConnection();
        var statement = connection.prepareStatement(sql)) {
      statement.setInt(bind(statement, follow, after, until), most);
      return rows(statement);
    }
  }

  /** The latest row of each key, and how many it stands for. */
  List<Happened> latest(SubscriptionFilter follow, long after, long until) throws SQLException {
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
            .formatted(COLUMNS, condition(follow));
    try (var connection = connections.getConnection();
        var statement = connection.prepareStatement(sql)) {
      bind(statement, follow, after, until);
      return rows(statement);
    }
  }

  int count(SubscriptionFilter follow, long after, long until) throws SQLException {
    try (var connection = connections.getConnection();
        var statement =
            connection.prepareStatement(
                "select count(*) from change_feed where " + condition(follow))) {
      bind(statement, follow, after, until);
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

  private long newestInTable() throws SQLException {
    try (var connection = connections.getConnection()) {
      return counter(connection, "feed_position");
    }
  }

  private static long counter(Connection connection, String name) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select " + name + " from data_version")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String condition(SubscriptionFilter follow) {
    return "kind = ? and position > ? and position <= ?"
        + (follow.keys() == null ? "" : " and key = any(?)");
  }

  /** The place of the next parameter. */
  private static int bind(
      PreparedStatement statement, SubscriptionFilter follow, long after, long until)
      throws SQLException {
    statement.setString(1, follow.kind().name());
    statement.setLong(2, after);
    statement.setLong(3, until);
    if (follow.keys() == null) {
      return 4;
    }
    Array keys = statement.getConnection().createArrayOf("text", follow.keys().toArray());
    statement.setArray(4, keys);
    return 5;
  }

  private static List<Happened> rows(PreparedStatement statement) throws SQLException {
    var rows = new ArrayList<Happened>();
    try (var answer = statement.executeQuery()) {
      while (answer.next()) {
        rows.add(row(answer));
      }
    }
    return rows;
  }

  private static Happened row(ResultSet row) throws SQLException {
    var day = row.getObject("day", Date.class);
    return new Happened(
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
    newest = newestInTable();
    var thread = Thread.ofPlatform().name("change feed").daemon().unstarted(this::readOn);
    // before it runs: it goes on as long as there is a reader
    reader = thread;
    thread.start();
  }

  private void readOn() {
    while (reader != null) {
      try (var connection =
          DriverManager.getConnection(
              database.getUrl(), database.getUsername(), database.getPassword())) {
        try (var statement = connection.createStatement()) {
          statement.execute("listen change_feed");
        }
        while (reader != null) {
          readNew(connection);
          connection.unwrap(PGConnection.class).getNotifications((int) settings.poll().toMillis());
        }
      } catch (SQLException | RuntimeException e) {
        if (reader != null) {
          log.warn("the change feed cannot be read, it will be tried again: {}", e.getMessage());
          pause();
        }
      }
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
    List<Happened> page;
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
        keep(page);
      }
    } while (page.size() == PAGE);
  }

  private void keep(List<Happened> page) {
    for (var happened : page) {
      recent.set((int) (happened.position() % recent.length()), happened);
    }
    newest = page.getLast().position();
    for (var follower : followers) {
      if (page.stream().anyMatch(follower.follow()::matches)) {
        follower.wake();
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
