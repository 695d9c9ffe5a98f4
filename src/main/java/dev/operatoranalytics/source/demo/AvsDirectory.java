package dev.operatoranalytics.source.demo;

import java.util.HashMap;
import java.util.Map;

/**
 * Simulates the AVS directory, the older registration of operators at AVSs without operator sets.
 */
final class AvsDirectory {
  private record Registration(String operator, String avs) {}

  private final Chain chain;
  private final Map<Registration, Boolean> registrations = new HashMap<>();

  AvsDirectory(Chain chain) {
    this.chain = chain;
  }

  void setMetadataUri(String avs, String uri) {
    chain.emit(Chain.AVS_DIRECTORY, "AVSMetadataURIUpdated(avs,metadataURI)", avs, uri);
  }

  void register(String operator, String avs) {
    setStatus(operator, avs, true);
  }

  void deregister(String operator, String avs) {
    setStatus(operator, avs, false);
  }

  boolean isRegistered(String operator, String avs) {
    return registrations.getOrDefault(new Registration(operator, avs), false);
  }

  boolean wasRegistered(String operator, String avs) {
    return registrations.containsKey(new Registration(operator, avs));
  }

  private void setStatus(String operator, String avs, boolean isRegistered) {
    registrations.put(new Registration(operator, avs), isRegistered);
    chain.emit(
        Chain.AVS_DIRECTORY,
        "OperatorAVSRegistrationStatusUpdated(operator,avs,status)",
        operator,
        avs,
        isRegistered ? 1 : 0);
  }
}
