package dev.operatoranalytics.api.query;

/**
 * The version of the data that a response was read from.
 *
 * @param epoch of {@code data_version}: a restored or promoted database has another one
 * @param number grows with each commit of an epoch
 */
public record ReadVersion(long epoch, long number) {
  /** Whether all commits of the other version are in this one; false for other epochs. */
  public boolean contains(ReadVersion other) {
    return epoch == other.epoch && number >= other.number;
  }

  @Override
  public String toString() {
    return epoch + "." + number;
  }
}
