package dev.operatoranalytics.source.demo;

import java.util.List;
import java.util.Locale;

/** Invented names and descriptions of operators and services. */
final class Names {
  /** The published profile of an operator or a service. */
  record Profile(String name, String description) {
    String website() {
      return "https://" + slug() + ".example";
    }

    String metadataUri() {
      return website() + "/metadata.json";
    }

    /** A line of {@code operator,avs,name,website,description,logo,twitter}. */
    String csv(String operator, String avs) {
      var logo = website() + "/logo.png";
      var twitter = "https://social.example/" + slug();
      return DemoText.csv(operator, avs, name, website(), description, logo, twitter);
    }

    private String slug() {
      return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
  }

  private static final List<String> FIRST =
      words(
          "Alder Bright Cinder Dawn Ember Fallow Granite Harrow Iron Juniper Kestrel Lantern Maple"
              + " Nettle Opal Pine Quarry River Slate Thorn");
  private static final List<String> SECOND =
      words("brook moor vale crest ford gate field haven ridge peak wick");
  private static final List<String> KIND = words("Staking Nodes Validators Infrastructure Labs");
  private static final List<String> ABOUT =
      List.of(
          "Runs validators on own hardware in three countries, watched day and night.",
          "A small team of \"keep it boring\" engineers; publishes every incident.",
          "Restaking for funds and treasuries, with monthly reports.",
          "Independent operator since the first testnet. Low commission, high uptime.");

  private static final List<String> SERVICES =
      """
      Lumenhall DA: Data availability for rollups, sampled by restaked nodes.
      Tessera Oracle: Price feeds signed by a quorum, "late rather than wrong".
      Paceline Sequencing: Shared sequencing with fair ordering.
      Copperline Bridge: Moves messages and assets between chains.
      Quorumstone: Light-client committee for other chains' headers.
      Fathom Coprocessor: Heavy queries over old state, proven to contracts.
      Nightjar Keepers: Runs jobs on time: liquidations, rebalancing, upkeep.
      Prismgate: Screens cross-chain calls before they land.
      Ledgerleaf Attestation: Signs statements on reserves and audits.
      Sundial Time: Trusted timestamps for contracts.
      Watchtower Nine: Watches optimistic rollups and challenges bad states.
      Mosaic Prover: A market for zero-knowledge proofs.
      Wayfare Messaging: Generic messages with economic finality.
      Cinderbox Storage: Keeps cold blobs for as long as they are paid for.
      Beaconfield Randomness: Unbiased randomness, drawn every block.
      Ploughshare Compute: Verifiable containers, re-executed on dispute.
      Greyline Indexing: Serves chain history with slashable answers.
      Halyard Finality: Fast finality for young rollups.
      Orrery Scheduler: Plans transactions for a future block.
      Kitestring Rollups: Rollups as a service, secured together.
      Foxglove Identity: Attributes without names, attested by operators.
      Tidemark Preconfirmations: Promises of inclusion within a second.
      Marrow Inference: Model answers that two nodes agreed on.
      Saltmarsh Relay: Relays blocks, private until they are built.
      """
          .lines()
          .toList();

  private Names() {}

  static int services() {
    return SERVICES.size();
  }

  static Profile service(int index) {
    var nameAndDescription = SERVICES.get(index).split(": ", 2);
    return new Profile(nameAndDescription[0], nameAndDescription[1]);
  }

  /** The profile of an operator; every index has a distinct name. */
  static Profile operator(int index) {
    int row = index / FIRST.size();
    int round = row / SECOND.size();
    var locality = FIRST.get(index % FIRST.size()) + SECOND.get((index + row) % SECOND.size());
    var number = round < KIND.size() ? "" : " " + (round + 1);
    var name = locality + " " + KIND.get((index + round) % KIND.size()) + number;
    return new Profile(name, ABOUT.get(index % ABOUT.size()));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }
}
