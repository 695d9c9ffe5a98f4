package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.Caller;
import java.util.function.BooleanSupplier;

/**
 * Who a client is by the key or token that it showed, for as long as that is valid: a token until
 * it expires, a key until it is removed or belongs to somebody else.
 */
public final class Credentials {
  private final Caller caller;
  private final BooleanSupplier validity;

  public Credentials(Caller caller, BooleanSupplier validity) {
    this.caller = caller;
    this.validity = validity;
  }

  /** Of a client that showed nothing: nothing can expire. */
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
