package dev.operatoranalytics.source.demo;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.Names.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Schedules the registrations of AVSs and their operator sets. */
final class SimulatedServices {
  /**
   * An AVS that operators join through the AVS directory, through operator sets, or first one and
   * then the other.
   */
  record Service(
      String avs, Profile profile, long startBlock, boolean hasDirectory, List<OperatorSet> sets) {
    /** Whether it starts in the directory and moves to operator sets. */
    boolean migrates() {
      return hasDirectory && !sets.isEmpty();
    }
  }

  private final Chain chain;
  private final SeededRandom random;
  private final AvsDirectory directory;
  private final AllocationManager allocation;
  private final List<Service> all = new ArrayList<>();

  SimulatedServices(
      Chain chain, SeededRandom random, AvsDirectory directory, AllocationManager allocation) {
    this.chain = chain;
    this.random = random;
    this.directory = directory;
    this.allocation = allocation;
  }

  List<Service> all() {
    return all;
  }

  void plan() {
    for (int index = 0; index < Names.services(); index++) {
      var avs = random.address("avs", index);
      boolean hasSets = index % 5 != 0 && index % 5 != 2;
      boolean hasDirectory = !hasSets || index % 8 == 1;
      var sets = new ArrayList<OperatorSet>();
      for (int id = 0; hasSets && id <= index % 3; id++) {
        sets.add(new OperatorSet(avs, id));
      }
      long startBlock = random.blockAt(0.03 * random.fraction());
      var service = new Service(avs, Names.service(index), startBlock, hasDirectory, sets);
      all.add(service);
      boolean redistributes = index % 4 == 3;
      chain.schedule(startBlock, () -> start(service));
      if (hasSets) {
        long setBlock = Math.max(startBlock, Chain.SLASHING_BLOCK);
        chain.schedule(setBlock, () -> open(service, redistributes));
        // still pending at the end of a year
        if (index == 1) {
          var slasher = random.address("slasher", avs);
          chain.schedule(
              random.blockAt(0.98), () -> allocation.changeSlasher(sets.getFirst(), slasher));
        }
      }
    }
  }

  private void start(Service service) {
    if (service.hasDirectory) {
      directory.setMetadataUri(service.avs, service.profile.metadataUri());
    }
  }

  private void open(Service service, boolean redistributes) {
    allocation.registerAvs(
        service.avs, service.profile.metadataUri(), random.address("registrar", service.avs));
    for (var set : service.sets) {
      // one AVS keeps what it slashes
      var recipient =
          set.id() == 0 && service.equals(all.get(3))
              ? service.avs
              : random.address("recipient", service.avs, set.id());
      var accepted = redistributes ? redistributable() : accepted();
      allocation.createSet(set, Optional.of(recipient).filter(r -> redistributes), accepted);
    }
  }

  private List<Strategy> accepted() {
    return random.sample(2 + random.below(5), Strategy.quoted(), Strategy::popularity);
  }

  /** The protocol redistributes neither native ETH nor EIGEN. */
  private List<Strategy> redistributable() {
    var choices =
        Strategy.quoted().stream()
            .filter(s -> s.category().equals("eth_lst") || s.category().equals("stable"))
            .toList();
    return random.sample(3, choices, Strategy::popularity);
  }
}
