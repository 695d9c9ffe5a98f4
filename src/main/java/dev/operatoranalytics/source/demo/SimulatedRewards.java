package dev.operatoranalytics.source.demo;

import static dev.operatoranalytics.source.demo.Chain.BLOCKS_PER_DAY;
import static dev.operatoranalytics.source.demo.Chain.REWARDS_COORDINATOR;

import dev.operatoranalytics.source.demo.AllocationManager.OperatorSet;
import dev.operatoranalytics.source.demo.ExpectedRewards.Kind;
import dev.operatoranalytics.source.demo.ExpectedRewards.Submitted;
import dev.operatoranalytics.source.demo.SimulatedOperators.Operator;
import dev.operatoranalytics.source.demo.SimulatedServices.Service;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Schedules rewards: weekly programmatic incentives, submissions of AVSs of all kinds, roots and
 * claims. It draws no random number, so that the rest of the network is the same without it.
 */
final class SimulatedRewards {
  private static final String NAMES =
      "strategiesAndMultipliers,token,amount,startTimestamp,duration";
  private static final String DIRECTED_NAMES =
      "strategiesAndMultipliers,token,operatorRewards,startTimestamp,duration,description";
  private static final String HOPPER = "0x" + "4".repeat(40);
  private static final String NOBODY = "0x" + "0".repeat(40);
  private static final long WEEK = Duration.ofDays(7).toSeconds();
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final BigInteger TOKEN = BigInteger.TEN.pow(18);
  private static final int DISABLED_ROOT = 3;

  private final Chain chain;
  private final SeededRandom random;
  private final List<Service> services;
  private final List<Operator> operators;
  private final AvsDirectory directory;
  private final AllocationManager allocation;
  private final ExpectedRewards expected;
  private final Strategy eigen = strategy("EIGEN");
  private final Map<String, Integer> nonces = new LinkedHashMap<>();
  private int roots;

  SimulatedRewards(
      Chain chain,
      SeededRandom random,
      List<Service> services,
      List<Operator> operators,
      AvsDirectory directory,
      AllocationManager allocation,
      ExpectedRewards expected) {
    this.chain = chain;
    this.random = random;
    this.services = services;
    this.operators = operators;
    this.directory = directory;
    this.allocation = allocation;
    this.expected = expected;
  }

  /** The strategies of a submission, of equal weight, and its token, start and duration. */
  private record Terms(List<Strategy> strategies, String token, long start, long duration) {
    private List<Object> multipliers() {
      return strategies.stream()
          .<Object>map(
              strategy -> DemoText.fields("strategy,multiplier", strategy, TOKEN.toString()))
          .toList();
    }

    private LocalDate startDate() {
      return LocalDate.ofEpochDay(start / DAY);
    }

    private int days() {
      return (int) (duration / DAY);
    }

    private Map<String, Object> submission(BigInteger amount) {
      return DemoText.fields(NAMES, multipliers(), token, amount, start, duration);
    }

    private Map<String, Object> directed(Map<String, BigInteger> amounts) {
      var operatorRewards =
          amounts.entrySet().stream()
              .<Object>map(
                  each -> DemoText.fields("operator,amount", each.getKey(), each.getValue()))
              .toList();
      return DemoText.fields(
          DIRECTED_NAMES, multipliers(), token, operatorRewards, start, duration, "weekly rewards");
    }
  }

  void plan() {
    var begin = Chain.blockAt(Instant.parse("2024-10-03T12:00:00Z"));
    var first = Math.max(random.first() + 2 * BLOCKS_PER_DAY, begin);
    var last = random.last() - BLOCKS_PER_DAY / 2;
    if (first > last) {
      return;
    }
    chain.schedule(first, this::begin);
    for (var block = first + 1; block <= last; block += 7 * BLOCKS_PER_DAY) {
      chain.schedule(block, this::submitIncentives);
      for (var i = 0; i < services.size(); i++) {
        var place = i;
        chain.schedule(block + 10 + i, () -> submit(services.get(place), place));
      }
      chain.schedule(block + BLOCKS_PER_DAY, this::submitRoot);
    }
    var weeks = (last - first - 1) / (7 * BLOCKS_PER_DAY);
    expected.observe(first + 1 + weeks * 7 * BLOCKS_PER_DAY, random.last());
    // roots are active after a week
    for (var block = first + 22 * BLOCKS_PER_DAY; block <= last; block += 30 * BLOCKS_PER_DAY) {
      chain.schedule(block, this::claim);
    }
  }

  private void begin() {
    emit("ActivationDelaySet(oldActivationDelay,newActivationDelay)", 0, WEEK);
    emit("FeeRecipientSet(oldFeeRecipient,newFeeRecipient)", NOBODY, HOPPER);
    emit("OptInForProtocolFeeSet(submitter,oldValue,newValue)", HOPPER, "false", "true");
  }

  private void submitIncentives() {
    var start = today() - WEEK;
    submitIncentives(new Terms(List.of(eigen), eigen.token(), start, WEEK), 1_200);
    submitIncentives(new Terms(ether(), eigen.token(), start, WEEK), 3_600);
    submitToAllStakers(new Terms(ether(), strategy("USDC").token(), start, WEEK));
  }

  private static List<Strategy> ether() {
    return Strategy.quoted().stream()
        .filter(each -> each.category().equals("eth_lst") || each.category().equals("eth_native"))
        .toList();
  }

  private void submitIncentives(Terms terms, long tokens) {
    var nonce = nonce(HOPPER);
    emit(
        "RewardsSubmissionForAllEarnersCreated(tokenHopper,submissionNonce,rewardsSubmissionHash,rewardsSubmission)",
        HOPPER,
        nonce,
        hash(HOPPER, nonce),
        terms.submission(TOKEN.multiply(BigInteger.valueOf(tokens))));
    expect(
        Kind.PI, hash(HOPPER, nonce), "", null, terms, TOKEN.multiply(BigInteger.valueOf(tokens)));
  }

  private void submitToAllStakers(Terms terms) {
    var nonce = nonce(HOPPER);
    var amount = BigInteger.valueOf(70_000_000);
    emit(
        "RewardsSubmissionForAllCreated(submitter,submissionNonce,rewardsSubmissionHash,rewardsSubmission)",
        HOPPER,
        nonce,
        hash(HOPPER, nonce),
        terms.submission(amount));
    expect(Kind.ALL_STAKERS, hash(HOPPER, nonce), "", null, terms, amount);
  }

  private void expect(
      Kind kind,
      String hash,
      String avs,
      @Nullable OperatorSet set,
      Terms terms,
      BigInteger amount) {
    expected.submitted(
        new Submitted(
            kind,
            hash,
            avs,
            set,
            terms.strategies,
            terms.startDate(),
            terms.days(),
            amount,
            Map.of()));
  }

  private void expectDirected(
      Kind kind,
      String hash,
      String avs,
      @Nullable OperatorSet set,
      Terms terms,
      Map<String, BigInteger> amounts) {
    expected.submitted(
        new Submitted(
            kind,
            hash,
            avs,
            set,
            terms.strategies,
            terms.startDate(),
            terms.days(),
            null,
            amounts));
  }

  private void submit(Service service, int place) {
    if (service.hasDirectory()
        && !members(operator -> directory.isRegistered(operator.address(), service.avs()))
            .isEmpty()) {
      submitToAvs(service, place);
    }
    for (var set : service.sets()) {
      if (!members(operator -> allocation.isMember(operator.address(), set)).isEmpty()) {
        submitToSet(service, set, place + set.id());
      }
    }
  }

  private void submitToAvs(Service service, int place) {
    var nonce = nonce(service.avs());
    var hash = hash(service.avs(), nonce);
    var weth = strategy("WETH");
    var token = weth.token();
    if (place % 2 == 0) {
      if (nonce % 4 == 0) {
        var terms = new Terms(Strategy.quoted(), token, today(), 4 * WEEK);
        emit(
            "AVSRewardsSubmissionCreated(avs,submissionNonce,rewardsSubmissionHash,rewardsSubmission)",
            service.avs(),
            nonce,
            hash,
            terms.submission(TOKEN.multiply(BigInteger.TWO)));
        expect(Kind.AVS, hash, service.avs(), null, terms, TOKEN.multiply(BigInteger.TWO));
      }
      return;
    }
    var amounts =
        amounts(
            milli(weth, 300),
            members(operator -> directory.isRegistered(operator.address(), service.avs())));
    var terms = new Terms(Strategy.quoted(), token, today() - WEEK, WEEK);
    emit(
        "OperatorDirectedAVSRewardsSubmissionCreated(caller,avs,operatorDirectedRewardsSubmissionHash,submissionNonce,operatorDirectedRewardsSubmission)",
        service.avs(),
        service.avs(),
        hash,
        nonce,
        terms.directed(amounts));
    expectDirected(Kind.OPERATOR_DIRECTED_AVS, hash, service.avs(), null, terms, amounts);
  }

  private void submitToSet(Service service, OperatorSet set, int place) {
    var nonce = nonce(service.avs());
    var hash = hash(service.avs(), nonce);
    var paid = place % 2 == 0 ? eigen : strategy("USDC");
    var terms = new Terms(allocation.strategies(set), paid.token(), today() - WEEK, WEEK);
    if (place % 3 == 0) {
      var amounts =
          amounts(
              milli(paid, 1_000_000),
              members(operator -> allocation.isMember(operator.address(), set)));
      emit(
          "OperatorDirectedOperatorSetRewardsSubmissionCreated(caller,operatorDirectedRewardsSubmissionHash,operatorSet,submissionNonce,operatorDirectedRewardsSubmission)",
          service.avs(),
          hash,
          set,
          nonce,
          terms.directed(amounts));
      expectDirected(Kind.OPERATOR_DIRECTED_SET, hash, service.avs(), set, terms, amounts);
      return;
    }
    var isUnique = place % 3 == 1;
    var amount = milli(paid, 4_000_000).add(BigInteger.valueOf(place));
    emit(
        "%sStakeRewardsSubmissionCreated(caller,rewardsSubmissionHash,operatorSet,submissionNonce,rewardsSubmission)"
            .formatted(isUnique ? "Unique" : "Total"),
        service.avs(),
        hash,
        set,
        nonce,
        terms.submission(amount));
    expect(
        isUnique ? Kind.UNIQUE_STAKE : Kind.TOTAL_STAKE, hash, service.avs(), set, terms, amount);
  }

  private void submitRoot() {
    var end = today() - DAY;
    emit(
        "DistributionRootSubmitted(rootIndex,root,rewardsCalculationEndTimestamp,activatedAt)",
        roots,
        DemoText.hash("root", roots, end),
        end,
        chain.now().getEpochSecond() + WEEK);
    if (roots == DISABLED_ROOT) {
      emit("DistributionRootDisabled(rootIndex)", roots);
    }
    roots++;
  }

  private void claim() {
    var earner = SimulatedNetwork.FEATURED;
    emit("ClaimerForSet(earner,oldClaimer,claimer)", earner, NOBODY, HOPPER);
    emit(
        "RewardsClaimed(root,earner,claimer,recipient,token,claimedAmount)",
        DemoText.hash("root", roots - 2, 0),
        earner,
        HOPPER,
        earner,
        eigen.token(),
        TOKEN.divide(BigInteger.valueOf(1_000_000)));
  }

  /** Base units of thousandths of a strategy's token. */
  private static BigInteger milli(Strategy strategy, long count) {
    return BigInteger.TEN.pow(strategy.decimals() - 3).multiply(BigInteger.valueOf(count));
  }

  /** About {@code amount} for each member; no two amounts are equal. */
  private static Map<String, BigInteger> amounts(BigInteger amount, List<Operator> members) {
    var amounts = new LinkedHashMap<String, BigInteger>();
    for (var member : members) {
      amounts.put(member.address(), amount.add(BigInteger.valueOf(7L * amounts.size())));
    }
    return amounts;
  }

  private List<Operator> members(Predicate<Operator> condition) {
    return operators.stream().filter(condition).toList();
  }

  private void emit(String signature, Object... values) {
    chain.emit(REWARDS_COORDINATOR, signature, values);
  }

  private int nonce(String submitter) {
    return nonces.merge(submitter, 0, (held, none) -> held + 1);
  }

  private static String hash(String submitter, int nonce) {
    return DemoText.hash("submission", submitter, nonce);
  }

  private long today() {
    return Math.floorDiv(chain.now().getEpochSecond(), DAY) * DAY;
  }

  private static Strategy strategy(String symbol) {
    return Strategy.ALL.stream()
        .filter(each -> each.symbol().equals(symbol))
        .findFirst()
        .orElseThrow();
  }
}
