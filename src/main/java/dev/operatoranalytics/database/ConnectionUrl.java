package dev.operatoranalytics.database;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address and credentials of a PostgreSQL database. Parsed from {@code
 * postgresql://user:pass@host/db} or {@code jdbc:postgresql://host/db?user=…&password=…}; {@link
 * #toString} omits the password. Of several hosts ({@code host1:5432,host2:5432}), the primary is
 * used unless {@code targetServerType} says otherwise.
 *
 * @param address hosts and ports, separated by commas; the driver uses the first that fits
 * @param parameters other parameters of the query string, passed to the driver
 * @param isPooled whether a connection pooler is between this program and the server
 */
public record ConnectionUrl(
    String address,
    String database,
    @Nullable String user,
    @Nullable String password,
    List<String> parameters,
    boolean isPooled) {

  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
  private static final String MACHINE = machine();
  private static final String SERVER_TYPE = "targetServerType=";

  public ConnectionUrl {
    parameters = List.copyOf(parameters);
  }

  public ConnectionUrl(
      String address,
      String database,
      @Nullable String user,
      @Nullable String password,
      List<String> parameters) {
    this(address, database, user, password, parameters, false);
  }

  /**
   * @param name name of the setting, for the error message
   */
  public static ConnectionUrl parse(String name, String text) {
    try {
      var uri = new URI(text.strip().replaceFirst("^jdbc:", ""));
      // several hosts are no host of java.net.URI, but an authority
      var authority = uri.getRawAuthority();
      if (!List.of("postgresql", "postgres").contains(uri.getScheme()) || authority == null) {
        throw unreadable(name);
      }
      String user = null;
      String password = null;
      var credentials = authority.lastIndexOf('@');
      if (credentials >= 0) {
        var parts = authority.substring(0, credentials).split(":", 2);
        user = decode(parts[0]);
        password = parts.length > 1 ? decode(parts[1]) : null;
      }
      var parameters = new ArrayList<String>();
      if (uri.getRawQuery() != null) {
        for (var parameter : uri.getRawQuery().split("&")) {
          if (parameter.startsWith("user=")) {
            user = decode(parameter.substring("user=".length()));
          } else if (parameter.startsWith("password=")) {
            password = decode(parameter.substring("password=".length()));
          } else if (!parameter.isEmpty()) {
            parameters.add(parameter);
          }
        }
      }
      var path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
      if (path.isEmpty() || path.contains("/")) {
        throw unreadable(name);
      }
      var hosts = new ArrayList<String>();
      for (var host : authority.substring(credentials + 1).split(",", -1)) {
        var address = HOST.matcher(host);
        if (!address.matches()) {
          throw unreadable(name);
        }
        hosts.add(address.group(2) == null ? host + ":5432" : host);
      }
      if (hosts.size() > 1
          && parameters.stream().noneMatch(parameter -> parameter.startsWith(SERVER_TYPE))) {
        parameters.add(SERVER_TYPE + "primary");
      }
      return new ConnectionUrl(String.join(",", hosts), path, user, password, parameters);
    } catch (URISyntaxException e) {
      throw unreadable(name);
    }
  }

  /** The name of a connection in {@code pg_stat_activity}: what uses it, on which machine. */
  static String applicationName(String user) {
    return "operator-analytics " + user + "@" + MACHINE;
  }

  public ConnectionUrl withDatabase(String name) {
    return new ConnectionUrl(address, name, user, password, parameters, isPooled);
  }

  /** The JDBC URL without credentials. */
  public String jdbc() {
    var query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    return "jdbc:postgresql://" + address + "/" + encode(database) + query;
  }

  public Connection connect() throws SQLException {
    var connection = connectWithoutSettings();
    try {
      SessionSettings.set(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A connection with the defaults of its role, which leaves no settings in a pooled session. */
  Connection connectWithoutSettings() throws SQLException {
    var properties = new Properties();
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("ApplicationName", applicationName("command"));
    return DriverManager.getConnection(jdbc(), properties);
  }

  /**
   * This URL behind a connection pooler, without named prepared statements. Clients share its
   * server connections, so statement names would collide. The driver still prepares statements to
   * describe them, but closes those at once.
   */
  ConnectionUrl pooled() {
    var all = new ArrayList<>(parameters);
    if (parameters.stream().noneMatch(parameter -> parameter.startsWith("prepareThreshold="))) {
      all.add("prepareThreshold=0");
      all.add("preparedStatementCacheQueries=0");
    }
    return new ConnectionUrl(address, database, user, password, all, true);
  }

  /** The URL with its password. */
  public String withPassword() {
    return text(password == null ? "" : ":" + encode(password));
  }

  @Override
  public String toString() {
    return text("");
  }

  private String text(String secret) {
    var credentials = user == null ? "" : encode(user) + secret + "@";
    return "postgresql://" + credentials + address + "/" + encode(database);
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static DatabaseUnavailable unreadable(String name) {
    return new DatabaseUnavailable(
        name
            + " is not a PostgreSQL URL: expected postgresql://user:password@host:5432/database,"
            + " with commas between several hosts");
  }
}
