package dev.operatoranalytics.api.query;

/**
 * Who asks.
 *
 * @param name as the key or token says; for nobody in particular, the address
 */
public record Caller(String name, Role role) {

  /** What a caller may, each more than the one before. */
  public enum Role {
    /** Nothing was shown. */
    ANYBODY,
    /** May read where reading needs a key. */
    READER,
    /** May do everything. */
    ADMIN
  }

  public static Caller anybody(String address) {
    return new Caller(address, Role.ANYBODY);
  }

  public boolean isAdmin() {
    return role == Role.ADMIN;
  }

  public boolean isKnown() {
    return role != Role.ANYBODY;
  }
}
