package dev.operatoranalytics.chain;

import java.util.Arrays;
import java.util.Optional;

/** A contract of the protocol by the name that its authors gave it. */
public enum Contract {
  DELEGATION_MANAGER("DelegationManager"),
  STRATEGY_MANAGER("StrategyManager"),
  ALLOCATION_MANAGER("AllocationManager"),
  EIGEN_POD_MANAGER("EigenPodManager"),
  REWARDS_COORDINATOR("RewardsCoordinator"),
  AVS_DIRECTORY("AVSDirectory"),
  STRATEGY_FACTORY("StrategyFactory"),
  PERMISSION_CONTROLLER("PermissionController"),
  KEY_REGISTRAR("KeyRegistrar"),
  RELEASE_MANAGER("ReleaseManager"),
  CROSS_CHAIN_REGISTRY("CrossChainRegistry"),
  EMISSIONS_CONTROLLER("EmissionsController"),
  /** One contract per token that can be deposited: many addresses, found by events. */
  STRATEGY("Strategy"),
  /** One contract per deposit vault, a strategy that is its own operator. */
  DURATION_VAULT("DurationVault");

  private final String contractName;

  Contract(String contractName) {
    this.contractName = contractName;
  }

  /** As in network files, such as {@code DelegationManager}. */
  public String contractName() {
    return contractName;
  }

  /** Whether a network has one such contract, at an address that is known beforehand. */
  public boolean isSingle() {
    return this != STRATEGY && this != DURATION_VAULT;
  }

  public static Optional<Contract> named(String contractName) {
    return Arrays.stream(values())
        .filter(contract -> contract.contractName.equals(contractName))
        .findFirst();
  }
}
