package dev.operatoranalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.operatoranalytics.chain.Sha256;
import dev.operatoranalytics.pipeline.schedule.JobPoller;
import dev.operatoranalytics.pipeline.schedule.Scheduler;
import io.micronaut.json.tree.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs over the API. */
@Tag("slow")
class RunsApiTest {
  private static final String ADMIN = "admin-key-of-sixteen";

  @RegisterExtension
  static final DemoServer server =
      new DemoServer(
              Map.of(
                  "operator-analytics.access.admin-token",
                  ADMIN,
                  "schedules.is-running",
                  false,
                  "schedules.queue-every",
                  "100ms"))
          .withDays();

  @Test
  void a_run_has_its_steps_affected_operators_and_reasons() throws Exception {
    var runs =
        pipeline(
            """
            runs(
              where: { trigger: { eq: COMMAND } }
              orderBy: [{ field: STARTED_AT, direction: ASC }]
              first: 1
            ) {
              nodes {
                id job status trigger isFull progress operatorsTotal operatorsDone rowsWritten error { message }
                steps { asset { key } stage inserted updated deleted unchanged }
                operators { totalCount nodes { address reason hasChanged operator { address } } }
                events(last: 2) { nodes { kind message } }
              }
            }
            """);
    var run = runs.get("runs").get("nodes").get(0);

    assertThat(text(run, "job", "status", "trigger"))
        .containsExactly("STATE_UPDATE", "SUCCEEDED", "COMMAND");
    assertThat(run.get("isFull").getBooleanValue()).isTrue();
    assertThat(run.get("progress").getDoubleValue()).isEqualTo(1.0);
    assertThat(run.get("error").isNull()).isTrue();
    var operators = server.tables().rows("select count(*) from operators").getFirst().getFirst();
    assertThat(Integer.toString(run.get("operators").get("totalCount").getIntValue()))
        .isEqualTo(operators);
    for (var touched : all(run.get("operators").get("nodes"))) {
      assertThat(text(touched, "reason")).containsExactly("WRITTEN");
      assertThat(touched.get("hasChanged").getBooleanValue()).isTrue();
      assertThat(touched.get("operator").get("address")).isEqualTo(touched.get("address"));
    }
    var written =
        all(run.get("steps")).stream()
            .flatMap(step -> text(step, "inserted", "updated", "deleted").stream())
            .mapToLong(Long::parseLong)
            .sum();
    assertThat(text(run, "rowsWritten")).containsExactly(Long.toString(written));
    var state =
        all(run.get("steps")).stream()
            .filter(step -> keyOf(step.get("asset")).equals("operator_current_state"))
            .findFirst()
            .orElseThrow();
    assertThat(text(state, "stage", "inserted", "updated", "deleted"))
        .containsExactly("REBUILD", operators, "0", "0");
    assertThat(all(run.get("events").get("nodes")).getLast().get("kind").getStringValue())
        .isEqualTo("STARTED");
    var again =
        server
            .query(
                "{ node(id: \"%s\") { ... on Run { job } } }".formatted(text(run, "id").getFirst()))
            .get("data")
            .get("node");
    assertThat(text(again, "job")).containsExactly("STATE_UPDATE");
    var unknown =
        Base64.getUrlEncoder().encodeToString("Run:none".getBytes(StandardCharsets.UTF_8));
    assertThat(
            server
                .query("{ node(id: \"%s\") { id } }".formatted(unknown))
                .get("data")
                .get("node")
                .isNull())
        .isTrue();
  }

  @Test
  void assets_name_the_newest_runs_that_updated_them() {
    assertThat(
            server
                .tables()
                .rows(
                    """
                    select asset.asset
                    from pipeline_assets as asset
                    cross join lateral (
                        select
                            max(run_id) as last_run_id,
                            max(run_id) filter (where step.stage = asset.stage) as filled_run_id,
                            max(run_id) filter (where inserted + updated + deleted > 0) as changed_run_id
                        from pipeline_run_steps as step
                        where step.asset = asset.asset
                    ) as found
                    where
                        (
                            asset.last_run_id, asset.filled_run_id, asset.filled_code_version,
                            asset.changed_run_id, asset.upstream_run_id
                        ) is distinct from (
                            found.last_run_id, found.filled_run_id,
                            (
                                select code_version
                                from pipeline_run_steps as step
                                where step.run_id = found.filled_run_id and step.asset = asset.asset
                                    and step.stage = asset.stage
                            ),
                            found.changed_run_id,
                            (
                                select max(run_id)
                                from pipeline_run_steps as step
                                where step.asset = any(asset.depends_on)
                                    and inserted + updated + deleted > 0
                            )
                        )
                    """))
        .isEmpty();
    assertThat(server.tables().rows("select count(distinct last_run_id) > 2 from pipeline_assets"))
        .containsExactly(List.of("t"));
  }

  @Test
  void assets_have_their_dependencies_and_freshness() throws Exception {
    var assets =
        all(
            pipeline(
                    "assets { key stage codeVersion staleness lastRun { status } dependsOn { key }"
                        + " dependsOnKeys usedBy { key } }")
                .get("assets"));

    for (var asset : assets) {
      for (var needed : all(asset.get("dependsOn"))) {
        assertThat(all(named(assets, keyOf(needed)).get("usedBy")).stream().map(RunsApiTest::keyOf))
            .contains(keyOf(asset));
      }
      assertThat(all(asset.get("dependsOnKeys")).stream().map(JsonNode::getStringValue))
          .isSorted()
          .containsExactlyInAnyOrderElementsOf(
              all(asset.get("dependsOn")).stream().map(RunsApiTest::keyOf).toList());
      var isSource = text(asset, "stage").equals(List.of("SOURCE"));
      assertThat(asset.get("codeVersion").isNull()).isEqualTo(isSource);
      assertThat(text(asset, "staleness")).containsExactly(isSource ? "EXTERNAL" : "FRESH");
      assertThat(asset.get("lastRun").isNull()).isEqualTo(isSource);
    }
    assertThat(
            all(named(assets, "operator_strategy_state").get("dependsOn")).stream()
                .map(RunsApiTest::keyOf))
        .contains("operator_strategy_shares", "operator_strategy_magnitudes", "strategy_quotes");
  }

  @Test
  void days_are_grouped_in_ranges_of_equal_status() throws Exception {
    server
        .tables()
        .execute(
            """
            update pipeline_partitions set status = 'STALE'
            where stage = 'analytics' and partition_date in ('2026-01-16', '2026-01-17')
            """);
    try {
      var answer =
          pipeline(
              """
              partitions(asset: "operator_analytics", from: "2026-01-11") {
                total done stale missing failed ranges { status from to days }
              }
              asset(key: "operator_analytics") { staleness }
              """);

      var partitions = answer.get("partitions");
      assertThat(partitions.get("total").getIntValue()).isEqualTo(11);
      assertThat(partitions.get("done").getIntValue()).isEqualTo(8);
      assertThat(
              all(partitions.get("ranges")).stream()
                  .map(range -> text(range, "status", "from", "to")))
          .containsExactly(
              List.of("MISSING", "2026-01-11", "2026-01-11"),
              List.of("DONE", "2026-01-12", "2026-01-15"),
              List.of("STALE", "2026-01-16", "2026-01-17"),
              List.of("DONE", "2026-01-18", "2026-01-21"));
      assertThat(text(answer.get("asset"), "staleness")).containsExactly("DAYS_STALE");
    } finally {
      server.tables().execute("update pipeline_partitions set status = 'DONE'");
    }
    assertThat(
            server
                .query("{ pipeline { partitions(asset: \"operators\") { total } } }")
                .get("errors")
                .get(0)
                .get("message")
                .getStringValue())
        .isEqualTo("operators is no asset that is made day by day: see assets");
  }

  @Test
  void each_day_that_is_not_complete_says_why() throws Exception {
    server.tables().execute("create table partitions_before as table pipeline_partitions");
    var safeAt = server.tables().rows("select safe_at from pipeline_checkpoints");
    server
        .tables()
        .execute(
            """
            delete from pipeline_partitions where partition_date in ('2026-01-14', '2026-01-21');
            update pipeline_partitions set status = 'FAILED', error = 'disk full', run_id = 1
            where stage = 'snapshot' and partition_date = '2026-01-17';
            update pipeline_partitions set status = 'STALE', stale_reason = 'QUOTES_CHANGED'
            where stage = 'snapshot' and partition_date = '2026-01-19';
            update pipeline_partitions set status = 'STALE' where stage = 'analytics' and partition_date >= '2026-01-18';
            insert into day_retention (kept_from) values ('2026-01-05');
            update pipeline_checkpoints set safe_at = '2026-01-22 00:00Z'
            """);
    try {
      var asked =
          """
          snapshots: partitions(asset: "operator_daily_snapshots", from: "2024-01-01", to: "2100-01-01") {
            ranges { reason from to explanation error run { number } }
          }
          analytics: partitions(asset: "operator_analytics", to: "2026-01-21") { ranges { reason from to explanation } }
          """;
      var answer = pipeline(asked);

      var snapshots = ranges(answer.get("snapshots"));
      assertThat(snapshots.subList(0, 9))
          .containsExactly(
              List.of("BEFORE_FIRST_EVENT", "2024-01-01", firstEvent(-1)),
              List.of("BEFORE_RETENTION", firstEvent(0), "2026-01-04"),
              List.of("NOT_REQUESTED", "2026-01-05", "2026-01-11"),
              List.of("done", "2026-01-12", "2026-01-13"),
              List.of("NOT_REQUESTED", "2026-01-14", "2026-01-14"),
              List.of("done", "2026-01-15", "2026-01-16"),
              List.of("RUN_FAILED", "2026-01-17", "2026-01-17"),
              List.of("done", "2026-01-18", "2026-01-18"),
              List.of("QUOTES_CHANGED", "2026-01-19", "2026-01-19"));
      assertThat(snapshots.subList(10, snapshots.size()).stream().map(List::getFirst))
          .containsExactly("DUE", "SOURCE_BEHIND", "NOT_ENDED");
      var explained = all(answer.get("snapshots").get("ranges"));
      assertThat(explained.get(1).get("explanation").getStringValue())
          .isEqualTo("Runs keep days from 2026-01-05 on (PIPELINE_DAY_RETENTION).");
      var failed = explained.get(6);
      assertThat(failed.get("explanation").getStringValue())
          .isEqualTo("Run 1 failed on this day. The next run tries it again.");
      assertThat(failed.get("error").isNull()).as("not an administrator").isTrue();
      assertThat(failed.get("run").get("number").getStringValue()).isEqualTo("1");
      assertThat(
              server
                  .query("{ pipeline { " + asked + " } }", ADMIN)
                  .get("data")
                  .get("pipeline")
                  .get("snapshots")
                  .get("ranges")
                  .get(6)
                  .get("error")
                  .getStringValue())
          .isEqualTo("disk full");
      assertThat(explained.get(10).get("explanation").getStringValue())
          .startsWith("The next run takes this day");
      assertThat(explained.get(11).get("explanation").getStringValue())
          .startsWith("The source is known until 2026-01-22 00:00 UTC.");

      assertThat(ranges(answer.get("analytics")))
          .containsExactly(
              List.of("done", "2026-01-12", "2026-01-13"),
              List.of("SNAPSHOT_NOT_DONE", "2026-01-14", "2026-01-14"),
              List.of("done", "2026-01-15", "2026-01-17"),
              List.of("INPUT_CHANGED", "2026-01-18", "2026-01-18"),
              List.of("SNAPSHOT_NOT_DONE", "2026-01-19", "2026-01-19"),
              List.of("INPUT_CHANGED", "2026-01-20", "2026-01-20"),
              List.of("SNAPSHOT_NOT_DONE", "2026-01-21", "2026-01-21"));
      assertThat(
              all(answer.get("analytics").get("ranges")).stream()
                  .filter(range -> !range.get("reason").isNull())
                  .map(range -> text(range, "explanation").getFirst())
                  .filter(sentence -> sentence.startsWith("The snapshot of")))
          .containsExactly(
              "The snapshot of this day is missing.",
              "The snapshot of this day is stale.",
              "The snapshot of this day is missing.");

      server.tables().execute("update pipeline_checks set status = 'UNREADABLE' where is_blocking");
      assertThat(ranges(pipeline(asked).get("snapshots")).get(10).getFirst())
          .isEqualTo("CHECK_UNREADABLE");
    } finally {
      server
          .tables()
          .execute(
              """
              truncate pipeline_partitions;
              insert into pipeline_partitions table partitions_before;
              drop table partitions_before;
              delete from day_retention;
              update pipeline_checks set status = 'PASSED' where status = 'UNREADABLE';
              update pipeline_checkpoints set safe_at = '%s'
              """
                  .formatted(safeAt.getFirst().getFirst()));
    }
  }

  private static List<List<String>> ranges(JsonNode coverage) {
    return all(coverage.get("ranges")).stream()
        .map(
            range ->
                List.of(
                    range.get("reason").isNull() ? "done" : text(range, "reason").getFirst(),
                    text(range, "from").getFirst(),
                    text(range, "to").getFirst()))
        .toList();
  }

  private static String firstEvent(int daysAfter) {
    return server
        .tables()
        .rows("select min(day) + %d from day_blocks".formatted(daysAfter))
        .getFirst()
        .getFirst();
  }

  @Test
  void runs_are_filtered_and_materializations_paged() throws Exception {
    var answer =
        pipeline(
            """
            runs(where: { job: { in: [SNAPSHOTS, ANALYTICS] } }) {
              totalCount nodes { job daysDone daysTotal from to operators(first: 1) { nodes { reason hasChanged } } }
            }
            asset(key: "operator_daily_snapshots") {
              materializations(first: 1) { totalCount nodes { inserted codeVersion run { job } } }
            }
            """);

    assertThat(all(answer.get("runs").get("nodes")).stream().map(run -> text(run, "job", "from")))
        .containsExactly(List.of("ANALYTICS", "2026-01-12"), List.of("SNAPSHOTS", "2026-01-12"));
    var touched = answer.get("runs").get("nodes").get(1).get("operators").get("nodes").get(0);
    assertThat(text(touched, "reason")).containsExactly("WHOLE_DAY");
    assertThat(touched.get("hasChanged").isNull()).isTrue();
    var materializations = answer.get("asset").get("materializations");
    assertThat(materializations.get("totalCount").getIntValue()).isEqualTo(1);
    assertThat(text(materializations.get("nodes").get(0).get("run"), "job"))
        .containsExactly("SNAPSHOTS");
  }

  @Test
  void a_repeated_run_request_runs_once_and_can_be_cancelled() throws Exception {
    var asked =
        mutate("startRun(input: { job: STATE_UPDATE }) { isNew run { id status trigger } }");
    assertThat(asked.get("isNew").getBooleanValue()).isTrue();
    assertThat(text(asked.get("run"), "status", "trigger")).containsExactly("QUEUED", "ADMIN");
    var id = text(asked.get("run"), "id").getFirst();

    var again = mutate("startRun(input: { job: STATE_UPDATE }) { isNew run { id } }");
    assertThat(again.get("isNew").getBooleanValue()).isFalse();
    assertThat(text(again.get("run"), "id")).containsExactly(id);
    assertThat(refusal("startRun(input: { job: STATE_UPDATE, full: true }) { isNew }"))
        .isEqualTo("CONFLICT");

    for (var time = 0; time < 2; time++) {
      assertThat(
              text(
                  mutate("cancelRun(input: { id: \"%s\" }) { run { status } }".formatted(id))
                      .get("run"),
                  "status"))
          .containsExactly("CANCELLED");
    }
    assertThat(refusal("cancelRun(input: { id: \"987654\" }) { run { id } }"))
        .isEqualTo("NOT_FOUND");
  }

  @Test
  void a_repeated_mutation_is_executed_each_time_on_every_transport() throws Exception {
    server.bean(Scheduler.class).announce();
    try (var caching = server.replica(Map.of("operator-analytics.api.answer-cache-mb", 8));
        var http = HttpClient.newHttpClient();
        var socket =
            new TestSocket(http, caching.uri(), "{\"authorization\": \"Bearer " + ADMIN + "\"}")) {
      socket.message("connection_ack", "");
      var sent = 0;
      for (var isEnabled : List.of(false, true, false, false, true)) {
        var query = schedule(isEnabled);
        var hash = Sha256.of(query);
        var byHash = Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash));
        // also together with a streamed list that is cached per epoch
        var several =
            "query streamed { sharePrices { __typename } } mutation switched "
                + query.substring("mutation ".length());
        for (var request :
            List.of(
                Map.of("query", query),
                Map.of("query", query, "extensions", byHash),
                Map.of("extensions", byHash),
                Map.of("query", several, "operationName", "switched"))) {
          setAside(isEnabled);
          var answer = post(http, caching.uri().resolve("/graphql"), request);
          assertThat(answer.body()).contains("\"isEnabled\":" + isEnabled);
          assertThat(answer.headers().firstValue("etag")).isEmpty();
          assertThat(isEnabled()).isEqualTo(isEnabled);

          setAside(isEnabled);
          assertThat(post(http, caching.uri().resolve("/graphql/stream"), request).body())
              .contains("\"isEnabled\":" + isEnabled);
          assertThat(isEnabled()).isEqualTo(isEnabled);

          setAside(isEnabled);
          var id = Integer.toString(sent++);
          socket.send(server.write(Map.of("id", id, "type", "subscribe", "payload", request)));
          socket.message("complete", id);
          assertThat(isEnabled()).isEqualTo(isEnabled);
        }
        var get =
            HttpRequest.newBuilder(
                    caching
                        .uri()
                        .resolve(
                            "/graphql?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .headers("authorization", "Bearer " + ADMIN, "if-none-match", "*")
                .build();
        assertThat(http.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(405);
      }
    }
  }

  @Test
  void each_startRun_starts_a_run_after_the_previous_one_ended() throws Exception {
    try (var caching = server.replica(Map.of("operator-analytics.api.answer-cache-mb", 8));
        var http = HttpClient.newHttpClient()) {
      var start =
          Map.of(
              "query",
              "mutation { startRun(input: { job: STATE_UPDATE }) { isNew run { number } } }");
      var started = new HashSet<String>();
      for (var time = 0; time < 3; time++) {
        var answer = server.json(post(http, caching.uri().resolve("/graphql"), start));
        var run = answer.get("data").get("startRun");
        assertThat(run.get("isNew").getBooleanValue()).isTrue();
        var number = text(run.get("run"), "number").getFirst();
        started.add(number);
        mutate("cancelRun(input: { id: \"%s\" }) { run { id } }".formatted(number));
      }
      assertThat(started).hasSize(3);
    }
  }

  private static String schedule(boolean isEnabled) {
    return "mutation { setScheduleEnabled(input: { name: \"snapshots\", isEnabled: %s }) { schedule { isEnabled } } }"
        .formatted(isEnabled);
  }

  /** Prepares data, so that the next mutation changes something. */
  private static void setAside(boolean isEnabled) throws Exception {
    server
        .tables()
        .execute(
            "update pipeline_schedules set is_enabled = %s where schedule = 'snapshots'"
                .formatted(!isEnabled));
  }

  private static boolean isEnabled() throws Exception {
    return all(pipeline("schedules { name isEnabled }").get("schedules")).stream()
        .filter(schedule -> text(schedule, "name").equals(List.of("snapshots")))
        .findFirst()
        .orElseThrow()
        .get("isEnabled")
        .getBooleanValue();
  }

  private static HttpResponse<String> post(HttpClient http, URI uri, Object request)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri)
            .headers("content-type", "application/json", "authorization", "Bearer " + ADMIN)
            .POST(HttpRequest.BodyPublishers.ofString(server.write(request)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_run_requested_at_one_server_is_executed_by_another() throws Exception {
    try (var replica = server.replica()) {
      var first =
          server.tables().rows("select min(run_id) from pipeline_runs").getFirst().getFirst();
      assertThat(refusal("retryRun(input: { id: \"%s\" }) { isNew }".formatted(first)))
          .isEqualTo("CONFLICT");
      var asked =
          mutate(
              "startBackfill(input: { job: ANALYTICS, from: \"2026-01-14\", to: \"2026-01-21\","
                  + " reprocess: ALL }) { run { number } }");
      replica.server().getApplicationContext().getBean(JobPoller.class).begin();

      var backfill = ended(text(asked.get("run"), "number").getFirst());
      assertThat(text(backfill, "status")).containsExactly("SUCCEEDED");
      assertThat(backfill.get("daysDone").getIntValue()).isEqualTo(8);

      var retried =
          mutate(
              "retryRun(input: { id: \"%s\", scope: ALL }) { run { number retryOf { number } } }"
                  .formatted(text(backfill, "number").getFirst()));
      assertThat(retried.get("run").get("retryOf").get("number")).isEqualTo(backfill.get("number"));
      assertThat(ended(text(retried.get("run"), "number").getFirst()).get("daysDone").getIntValue())
          .isEqualTo(8);
      var nothing =
          ended(
              text(
                      mutate(
                              "startBackfill(input: { job: ANALYTICS, from: \"2026-01-14\", to:"
                                  + " \"2026-01-21\" }) { run { number } }")
                          .get("run"),
                      "number")
                  .getFirst());
      assertThat(text(nothing, "status")).containsExactly("SUCCEEDED");
      var early =
          ended(
              text(
                      mutate(
                              "startRun(input: { job: SNAPSHOTS, date: \"2026-02-01\" }) { run {"
                                  + " number } }")
                          .get("run"),
                      "number")
                  .getFirst());
      assertThat(text(early, "status")).containsExactly("FAILED");
      assertThat(text(early.get("error"), "message").getFirst())
          .contains("2026-02-01 cannot be taken yet");
    }
  }

  @Test
  void a_retried_full_run_is_full_again_after_a_failure() throws Exception {
    server
        .tables()
        .execute(
            """
            insert into pipeline_runs (job, run_trigger, status, fence, is_full, started_at, ended_at)
            values ('state-update', 'ADMIN', 'CANCELLED', 0, true, '2020-01-01', '2020-01-01')
            """);
    var cut = server.tables().rows("select max(run_id) from pipeline_runs").getFirst().getFirst();

    var retried =
        mutate("retryRun(input: { id: \"%s\" }) { run { id isFull number } }".formatted(cut));

    assertThat(retried.get("run").get("isFull").getBooleanValue()).isTrue();
    mutate(
        "cancelRun(input: { id: \"%s\" }) { run { status } }"
            .formatted(text(retried.get("run"), "id").getFirst()));
  }

  @Test
  void a_backfill_of_more_than_a_century_is_rejected() throws Exception {
    assertThat(
            refusal(
                "startBackfill(input: { job: SNAPSHOTS, from: \"1900-01-01\", to: \"2026-01-21\""
                    + " }) { isNew }"))
        .isEqualTo("BAD_USER_INPUT");
  }

  @Test
  void a_run_whose_process_died_is_reported_as_lost() throws Exception {
    server
        .tables()
        .execute(
            "insert into pipeline_runs (job, run_trigger, status, fence, started_at) values"
                + " ('snapshots', 'COMMAND', 'RUNNING', 0, now())");
    var number =
        server.tables().rows("select max(run_id) from pipeline_runs").getFirst().getFirst();
    try (var replica = server.replica()) {
      replica.server().getApplicationContext().getBean(JobPoller.class).begin();

      assertThat(text(ended(number), "status")).containsExactly("LOST");
    }
  }

  @Test
  void a_server_that_starts_on_a_full_disk_takes_runs_once_there_is_space() throws Exception {
    server
        .tables()
        .execute(
            """
            create function full_disk() returns trigger language plpgsql as
            'begin raise exception ''No space left on device'' using errcode = ''53100''; end';
            create trigger full_disk before insert or update on pipeline_assets
            for each statement execute function full_disk();
            insert into pipeline_runs (job, run_trigger, status, fence, started_at)
            values ('snapshots', 'COMMAND', 'RUNNING', 0, now())
            """);
    var number =
        server.tables().rows("select max(run_id) from pipeline_runs").getFirst().getFirst();
    try (var replica = server.replica()) {
      replica.server().getApplicationContext().getBean(JobPoller.class).begin();
      Thread.sleep(500);
      assertThat(
              server
                  .tables()
                  .rows("select status from pipeline_runs where run_id = " + number)
                  .getFirst())
          .containsExactly("RUNNING");
      server.tables().execute("drop function full_disk() cascade");

      assertThat(text(ended(number), "status")).containsExactly("LOST");
    }
  }

  @Test
  void the_checkpoint_can_be_reset_and_schedules_can_be_paused() throws Exception {
    server.bean(Scheduler.class).announce();
    var revision = revision();
    var reset =
        mutate(
            "resetCheckpoint(input: { lastProcessedAt: \"2024-01-01T00:00:00Z\" }) { checkpoint {"
                + " lastProcessedAt } }");
    assertThat(text(reset.get("checkpoint"), "lastProcessedAt"))
        .containsExactly("2024-01-01T00:00:00Z");
    assertThat(revision()).isEqualTo(revision + 1);
    assertThat(
            refusal(
                "resetCheckpoint(input: { lastProcessedAt: \"2999-01-01T00:00:00Z\" }) { checkpoint"
                    + " { name } }"))
        .isEqualTo("BAD_USER_INPUT");

    for (var isEnabled : List.of(false, true)) {
      var schedule =
          mutate(
                  "setScheduleEnabled(input: { name: \"snapshots\", isEnabled: %s }) { schedule { isEnabled cron nextTickAt } }"
                      .formatted(isEnabled))
              .get("schedule");
      assertThat(schedule.get("isEnabled").getBooleanValue()).isEqualTo(isEnabled);
      assertThat(text(schedule, "cron")).containsExactly("5 0 * * *");
      assertThat(schedule.get("nextTickAt").isNull()).isNotEqualTo(isEnabled);
    }
    assertThat(
            refusal(
                "setScheduleEnabled(input: { name: \"nothing\", isEnabled: true }) { schedule {"
                    + " name } }"))
        .isEqualTo("NOT_FOUND");
  }

  @Test
  void only_administrators_can_execute_mutations() throws Exception {
    assertThat(code(server.query("mutation { startRun(input: { job: STATE_UPDATE }) { isNew } }")))
        .isEqualTo("UNAUTHENTICATED");
  }

  private static long revision() {
    return Long.parseLong(
        server.tables().rows("select revision from pipeline_checkpoints").getFirst().getFirst());
  }

  private static JsonNode ended(String number) throws Exception {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                server
                    .query(
                        "{ pipeline { run(id: \"%s\") { number status daysDone error { message } } } }"
                            .formatted(number),
                        ADMIN)
                    .get("data")
                    .get("pipeline")
                    .get("run"),
            run -> !List.of("QUEUED", "RUNNING").contains(text(run, "status").getFirst()));
  }

  private static JsonNode mutate(String asked) throws Exception {
    var answer = server.query("mutation { answer: " + asked + " }", ADMIN);
    assertThat(answer.get("errors")).as(() -> String.valueOf(answer)).isNull();
    return answer.get("data").get("answer");
  }

  private static String refusal(String asked) throws Exception {
    return code(server.query("mutation { " + asked + " }", ADMIN));
  }

  private static String code(JsonNode answer) {
    return answer.get("errors").get(0).get("extensions").get("code").getStringValue();
  }

  private static JsonNode pipeline(String selected) throws Exception {
    var answer = server.query("{ pipeline { " + selected + " } }");
    assertThat(answer.get("errors")).as(() -> String.valueOf(answer)).isNull();
    return answer.get("data").get("pipeline");
  }

  private static JsonNode named(List<JsonNode> assets, String key) {
    return assets.stream().filter(asset -> keyOf(asset).equals(key)).findFirst().orElseThrow();
  }

  private static String keyOf(JsonNode asset) {
    return asset.get("key").getStringValue();
  }

  private static List<String> text(JsonNode node, String... fields) {
    return Arrays.stream(fields).map(field -> node.get(field).getStringValue()).toList();
  }

  private static List<JsonNode> all(JsonNode list) {
    return StreamSupport.stream(list.values().spliterator(), false).toList();
  }
}
