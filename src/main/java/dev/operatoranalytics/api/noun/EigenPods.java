package dev.operatoranalytics.api.noun;

import static dev.operatoranalytics.api.query.ColumnType.INTEGER;
import static dev.operatoranalytics.api.query.ColumnType.TEXT;

import dev.operatoranalytics.api.query.Noun;
import java.util.List;

/** Pods of stakers with validators, and their sums. */
final class EigenPods {
  private static final String PODS =
      """
      select
          pod.staker_id, pod.pod_id, pod.deployed_block, pod.deployed_at,
          pod.last_update_block, pod.last_updated_at,
          floor(extract(epoch from checkpoint.safe_at - pod.last_updated_at) / 86400)::integer
              as days_since_update,
          held.deposit_shares, held.beacon_chain_factor,
          withdrawable_shares(
              held.deposit_shares, held.deposit_scaling_factor, 1e18, held.beacon_chain_factor
          ) as shares,
          case
              when held.deposit_shares is not null and held.beacon_chain_factor is null
                  then 'UNKNOWN_BEACON_CHAIN_FACTOR'
              else coalesce(held.deposit_shares_status, 'UNKNOWN_POD_SHARES')
          end as status
      from eigen_pods as pod
      left join staker_strategy_shares as held
          on held.staker_id = pod.staker_id
          and held.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
      cross join (select max(safe_at) as safe_at from pipeline_checkpoints) as checkpoint
      """;

  private static final Noun EIGEN_POD =
      Noun.of("EigenPod")
          .rows(PODS)
          .key("staker_id")
          .column("address", "pod_id", TEXT)
          .bigints("deployedBlock", "lastUpdateBlock")
          .instants("deployedAt", "lastUpdatedAt")
          .counts("daysSinceUpdate")
          .amounts("depositShares", "beaconChainFactor", "shares")
          .enums("status")
          .followsAsOf()
          .currentOnly("daysSinceUpdate");

  private static final Noun TOTALS =
      Noun.of("EigenPodTotals")
          .rows(
              """
              select
                  1 as row_number, pod_count, funded_pod_count, slashed_pod_count,
                  unknown_pod_count, shares, usd_value(shares, usd_per_share_unit) as usd,
                  case when usd_per_share_unit is null then 'UNPRICED' end as reason
              from (
                  select
                      count(*)::integer as pod_count,
                      (count(*) filter (where pod.deposit_shares > 0))::integer
                          as funded_pod_count,
                      (count(*) filter (where pod.beacon_chain_factor < 1e18))::integer
                          as slashed_pod_count,
                      (count(*) filter (where pod.shares is null))::integer as unknown_pod_count,
                      coalesce(sum(pod.shares), 0) as shares
                  from (%s) as pod
              ) as summed
              left join strategy_quotes
                  on strategy_quotes.strategy_id = '0xbeac0eeeeeeeeeeeeeeeeeeeeeeeeeeeeeebeac0'
              """
                  .formatted(PODS))
          .key("row_number")
          .hidden("row_number", INTEGER)
          .counts("podCount", "fundedPodCount", "slashedPodCount", "unknownPodCount")
          .amounts("shares", "usd")
          .enums("reason");

  static final List<Noun> NOUNS = List.of(EIGEN_POD, TOTALS);

  private EigenPods() {}
}
