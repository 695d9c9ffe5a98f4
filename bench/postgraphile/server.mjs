// PostGraphile 5 on our database, configured as its documentation recommends for production:
//   DATABASE_URL=… PORT=… node server.mjs
// Smart tags declare the relations, because our tables have no foreign keys.
import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";
import { makePgService } from "postgraphile/adaptors/pg";
import { pgSmartTags } from "postgraphile/utils";

const relations = {
  operator_current_state: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignSingleFieldName state"],
  operator_figures: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignSingleFieldName figures",
    "(operator_id) references operator_current_state (operator_id)|@fieldName state|@foreignSingleFieldName figures",
  ],
  operator_ranks: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName ranks",
    "(metric, includes_vaults) references metric_figures (metric, includes_vaults)|@fieldName figures|@foreignFieldName ranks",
  ],
  operator_flags: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName flags",
    "(operator_id) references operator_current_state (operator_id)|@fieldName state|@foreignFieldName flags",
  ],
  operator_allocation_delays: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignSingleFieldName allocationDelay"],
  operator_yields: [
    "(strategy_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName yields",
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName yields",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName yields",
  ],
  concentration_metrics: [
    "(subject_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName concentration",
    "(subject_id) references operators (operator_id)|@fieldName operator|@foreignFieldName concentration",
    "(subject_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName concentration",
  ],
  reward_days: [
    "(subject_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName rewardsByDay",
    "(subject_id) references operators (operator_id)|@fieldName operator|@foreignFieldName rewardsByDay",
    "(subject_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName rewardsByDay",
    "(subject_id) references avs (avs_id)|@fieldName avs|@foreignFieldName rewardsByDay",
  ],
  earner_rewards: [
    "(earner) references operators (operator_id)|@fieldName operator|@foreignFieldName rewards",
    "(earner) references avs (avs_id)|@fieldName avs|@foreignFieldName rewards",
  ],
  rewards_submissions: ["(avs_id) references avs (avs_id)|@fieldName avs|@foreignFieldName rewardsSubmissions"],
  strategy_daily_snapshots: [
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName dailySnapshots",
    "(strategy_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName dailySnapshots",
  ],
  strategy_daily_quotes: ["(strategy_id, snapshot_date) references strategy_daily_snapshots (strategy_id, snapshot_date)|@fieldName snapshot|@foreignSingleFieldName quote"],
  operator_strategy_daily_snapshots: ["(operator_id, strategy_id) references operator_strategy_state (operator_id, strategy_id)|@fieldName holding|@foreignFieldName dailySnapshots"],
  operator_commission_history: [
    "(operator_id, commission_kind, subject_id) references operator_commission_rates (operator_id, commission_kind, subject_id)|@fieldName rate|@foreignFieldName history",
  ],
  operator_metadata: ["(operator_id) references operators (operator_id)|@foreignSingleFieldName metadata", "(operator_id) references operator_current_state (operator_id)|@fieldName state|@foreignSingleFieldName metadata"],
  operator_strategy_state: [
    "(strategy_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName operators",
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName strategies",
    "(operator_id) references operator_current_state (operator_id)|@fieldName stateOfOperator|@foreignFieldName strategies",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName operators",
  ],
  strategy_state: ["(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignSingleFieldName state"],
  strategy_quotes: [
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignSingleFieldName quote",
    "(strategy_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignSingleFieldName quote",
  ],
  operator_delegators: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName delegators"],
  operator_delegator_shares: [
    "(strategy_id) references strategy_state (strategy_id)|@fieldName stateOfStrategy|@foreignFieldName delegatorShares",
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName delegatorShares",
    "(operator_id, staker_id) references operator_delegators (operator_id, staker_id)|@fieldName delegation|@foreignFieldName shares",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName delegatorShares",
  ],
  operator_avs_relationships: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName avsRelationships",
    "(avs_id) references avs (avs_id)|@fieldName avs|@foreignFieldName relationships",
  ],
  avs_metadata: ["(avs_id) references avs (avs_id)|@fieldName avs|@foreignSingleFieldName metadata"],
  avs_state: ["(avs_id) references avs (avs_id)|@fieldName avs|@foreignSingleFieldName state"],
  operator_sets: ["(avs_id) references avs (avs_id)|@fieldName avs|@foreignFieldName operatorSets"],
  operator_set_state: ["(operator_set_id) references operator_sets (operator_set_id)|@fieldName operatorSet|@foreignSingleFieldName state"],
  operator_set_strategies: [
    "(operator_set_id) references operator_sets (operator_set_id)|@fieldName operatorSet|@foreignFieldName strategies",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName operatorSets",
  ],
  operator_allocations: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName allocations",
    "(operator_set_id) references operator_sets (operator_set_id)|@fieldName operatorSet|@foreignFieldName allocations",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName allocations",
  ],
  operator_commission_rates: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName commissionRates",
    "(subject_id) references avs (avs_id)|@fieldName avs|@foreignFieldName commissionRates",
    "(subject_id) references operator_sets (operator_set_id)|@fieldName operatorSet|@foreignFieldName commissionRates",
  ],
  operator_slashing_incidents: [
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName slashingIncidents",
    "(operator_set_id) references operator_sets (operator_set_id)|@fieldName operatorSet|@foreignFieldName slashingIncidents",
  ],
  operator_slashing_amounts: [
    "(operator_id, transaction_hash, log_index) references operator_slashing_incidents (operator_id, transaction_hash, log_index)|@fieldName incident|@foreignFieldName amounts",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName slashingAmounts",
  ],
  operator_analytics: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName analytics"],
  operator_daily_snapshots: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName dailySnapshots"],
  network_daily_risk: ["(date) references network_daily_aggregates (snapshot_date)|@fieldName aggregate|@foreignSingleFieldName risk"],
  pipeline_ticks: ["(schedule) references pipeline_schedules (schedule)|@fieldName ofSchedule|@foreignFieldName ticks"],
  queued_withdrawals: ["(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName queuedWithdrawals"],
  operator_activity: [
    "(avs_id) references avs (avs_id)|@fieldName avs|@foreignFieldName activity",
    "(operator_id) references operators (operator_id)|@fieldName operator|@foreignFieldName activity",
    "(strategy_id) references strategies (strategy_id)|@fieldName strategy|@foreignFieldName activity",
  ],
};

const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  // dashboards also filter and order by columns without an index
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  plugins: [
    pgSmartTags(
      [
        ...Object.entries(relations).map(([match, foreignKey]) => ({ kind: "class", match, tags: { foreignKey } })),
        { kind: "constraint", match: "epoch_issues_epoch_fkey", tags: { fieldName: "document", foreignFieldName: "issues" } },
      ],
    ),
  ],
  gather: { installWatchFixtures: false },
  schema: { pgOrderByNullsLast: true, defaultBehavior: "-insert -update -delete" },
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false, websockets: false, maxRequestLength: 1_000_000 },
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["public"], poolConfig: { max: 10 } })],
};

const pgl = postgraphile(preset);
const server = createServer();
await pgl.createServ(grafserv).addTo(server);
if (process.env.SCHEMA) {
  const { writeFile } = await import("node:fs/promises");
  const { printSchema } = await import("graphql");
  await writeFile(process.env.SCHEMA, printSchema(await pgl.getSchema()));
}
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
