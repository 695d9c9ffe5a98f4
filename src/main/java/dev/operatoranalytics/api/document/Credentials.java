package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import java.util.function.BooleanSupplier;

/**
 * The caller identified by a key or token, and whether it is still valid: a token until it expires,
 * a key until it is removed or assigned to another caller.
 */
public final class Credentials {
  private final Caller caller;
  private final BooleanSupplier validity;

  public Credentials(Caller caller, BooleanSupplier validity) {
    this.caller = caller;
    this.validity = validity;
  }

  /** Of a client without key or token, which never expire. */
  public static Credentials none(String address) {
    return new Credentials(Caller.anybody(address), () -> true);
  }

  public Caller caller() {
    return caller;
  }

  public boolean areValid() {
    return validity.getAsBoolean();
  }
}
