package dev.operatoranalytics.api.query;

/**
 * The caller of a request.
 *
 * @param name name of the key or token; the address for anonymous callers
 */
public record Caller(String name, Role role) {

  /** Roles; each role includes the rights of the previous one. */
  public enum Role {
    /** No key or token was sent. */
    ANYBODY,
    /** May read when reading requires a key. */
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
