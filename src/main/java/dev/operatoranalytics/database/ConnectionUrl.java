package dev.operatoranalytics.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The address and credentials of a PostgreSQL database. Parsed from {@code
 * postgresql://user:pass@host/db} or {@code jdbc:postgresql://host/db?user=…&password=…}; {@link
 * #toString} omits the password.
 *
 * @param address host and port as given, without credentials
 * @param parameters other parameters of the query string, passed to the driver
 */
public record ConnectionUrl(
    String address,
    String database,
    @Nullable String user,
    @Nullable String password,
    List<String> parameters) {

  public ConnectionUrl {
    parameters = List.copyOf(parameters);
  }

  /**
   * @param name name of the setting, for the error message
   */
  public static ConnectionUrl parse(String name, String text) {
    try {
      var uri = new URI(text.strip().replaceFirst("^jdbc:", ""));
      if (!List.of("postgresql", "postgres").contains(uri.getScheme()) || uri.getHost() == null) {
        throw unreadable(name);
      }
      String user = null;
      String password = null;
      if (uri.getRawUserInfo() != null) {
        var parts = uri.getRawUserInfo().split(":", 2);
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
      var port = uri.getPort() < 0 ? 5432 : uri.getPort();
      return new ConnectionUrl(uri.getHost() + ":" + port, path, user, password, parameters);
    } catch (URISyntaxException e) {
      throw unreadable(name);
    }
  }

  public ConnectionUrl withDatabase(String name) {
    return new ConnectionUrl(address, name, user, password, parameters);
  }

  /** The JDBC URL without credentials. */
  public String jdbc() {
    var query = parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    return "jdbc:postgresql://" + address + "/" + encode(database) + query;
  }

  public Connection connect() throws SQLException {
    var properties = new Properties();
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("ApplicationName", "operator-analytics");
    var connection = DriverManager.getConnection(jdbc(), properties);
    try {
      SessionSettings.set(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * This URL without named prepared statements, for use behind a connection pooler. Clients share
   * its server connections, so statement names would collide. The driver still prepares statements
   * to describe them, but closes those at once.
   */
  ConnectionUrl withoutPreparedStatements() {
    if (parameters.stream().anyMatch(parameter -> parameter.startsWith("prepareThreshold="))) {
      return this;
    }
    var all = new ArrayList<>(parameters);
    all.add("prepareThreshold=0");
    all.add("preparedStatementCacheQueries=0");
    return new ConnectionUrl(address, database, user, password, all);
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

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static DatabaseUnavailable unreadable(String name) {
    return new DatabaseUnavailable(
        name + " is not a PostgreSQL URL: expected postgresql://user:password@host:5432/database");
  }
}
