package dev.operatoranalytics.api.pipeline;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.operatoranalytics.alert.AlertEvaluator;
import dev.operatoranalytics.alert.AlertKind;
import dev.operatoranalytics.alert.AlertLimits;
import dev.operatoranalytics.alert.AlertRules;
import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.alert.AlertRules.RuleChange;
import dev.operatoranalytics.alert.AlertSubject;
import dev.operatoranalytics.alert.AlertWebhooks;
import dev.operatoranalytics.alert.AlertWebhooks.NewWebhook;
import dev.operatoranalytics.alert.WebhookFormat;
import dev.operatoranalytics.alert.WouldFire;
import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.SubscriptionFilter;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.AlertIds;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Mutations of alert rules and webhooks, and the subscription to alerts. */
@Singleton
class AlertMutationWiring implements Wiring {
  private static final int MAX_SHOWN = 1_000;

  private final AlertRules rules;
  private final AlertWebhooks webhooks;
  private final AlertEvaluator evaluator;

  AlertMutationWiring(AlertRules rules, AlertWebhooks webhooks, AlertEvaluator evaluator) {
    this.rules = rules;
    this.webhooks = webhooks;
    this.evaluator = evaluator;
  }

  private record StoredRule(String ruleKey) {}

  private record DeletedRule(String name) {}

  private record DeletedWebhook(String name) {}

  private record StoredWebhook(String webhookKey, String secret) {}

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .mutation("createAlertRule", this::create)
        .mutation("updateAlertRule", this::update)
        .mutation("deleteAlertRule", this::delete)
        .reference("CreateAlertRulePayload", "rule", "AlertRule", StoredRule::ruleKey)
        .reference("UpdateAlertRulePayload", "rule", "AlertRule", StoredRule::ruleKey)
        .type("DeleteAlertRulePayload", DeletedRule.class)
        .mutation(
            "createAlertWebhook", Set.of("url", "secret", "authorization"), this::createWebhook)
        .mutation("deleteAlertWebhook", this::deleteWebhook)
        .type("CreateAlertWebhookPayload", StoredWebhook.class)
        .reference(
            "CreateAlertWebhookPayload", "webhook", "AlertWebhook", StoredWebhook::webhookKey)
        .type("DeleteAlertWebhookPayload", DeletedWebhook.class)
        .mutation("dryRunAlertRule", this::dryRun)
        .type("DryRunAlertRulePayload", DryRun.class)
        .type("WouldFire", WouldFire.class)
        .subscription(
            "alerts",
            env -> SubscriptionFilter.alerts(rules(env), ResolverRegistry.position(env)),
            AlertFired::new)
        .type("AlertFired", AlertFired.class)
        .reference("AlertFired", "alert", "Alert", AlertFired::alertId);
  }

  private static @Nullable Set<String> rules(DataFetchingEnvironment env) {
    List<String> ids = env.getArgument("rules");
    return ids == null
        ? null
        : ids.stream().map(AlertIds::rule).map(String::valueOf).collect(toUnmodifiableSet());
  }

  /** The first of the facts; their number is that of all. */
  private record DryRun(List<WouldFire> facts, int factCount) {
    static DryRun of(List<WouldFire> facts) {
      return new DryRun(facts.subList(0, Math.min(facts.size(), MAX_SHOWN)), facts.size());
    }
  }

  private DryRun dryRun(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var rule =
        new NewRule(
            "dry run",
            AlertKind.valueOf(input.text("kind")),
            subject(input),
            limits(input).orElse(AlertLimits.NONE),
            true,
            List.of());
    return DryRun.of(
        MutationInput.send(() -> evaluator.dryRun(rule, input.get(Integer.class, "days"))));
  }

  private static AlertSubject subject(MutationInput input) {
    return new AlertSubject(
        input.findText("operator"), input.findText("avs"), input.findText("delegator"));
  }

  private StoredRule create(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var rule =
        new NewRule(
            input.text("name"),
            AlertKind.valueOf(input.text("kind")),
            subject(input),
            limits(input).orElse(AlertLimits.NONE),
            input.get(Boolean.class, "isEnabled"),
            webhooks(input).orElse(List.of()));
    var since = input.find(Instant.class, "since");
    return stored(MutationInput.send(() -> rules.create(rule, since, MutationInput.caller(env))));
  }

  private StoredRule update(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var id = AlertIds.rule(input.text("id"));
    var change =
        new RuleChange(
            input.findText("name"),
            limits(input).orElse(null),
            input.find(Boolean.class, "isEnabled"),
            webhooks(input).orElse(null));
    return MutationInput.send(
        () -> {
          rules.update(id, change);
          return stored(id);
        });
  }

  private DeletedRule delete(DataFetchingEnvironment env) {
    var id = AlertIds.rule(MutationInput.of(env).text("id"));
    return new DeletedRule(MutationInput.send(() -> rules.delete(id)));
  }

  private StoredWebhook createWebhook(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var webhook =
        new NewWebhook(
            input.text("name"),
            input.text("url"),
            WebhookFormat.valueOf(input.text("format")),
            input.findText("secret"),
            input.findText("authorization"));
    var created = MutationInput.send(() -> webhooks.create(webhook, MutationInput.caller(env)));
    return new StoredWebhook(Long.toString(created.id()), created.signingKey());
  }

  private DeletedWebhook deleteWebhook(DataFetchingEnvironment env) {
    var id = AlertIds.webhook(MutationInput.of(env).text("id"));
    return new DeletedWebhook(MutationInput.send(() -> webhooks.delete(id)));
  }

  private static Optional<List<Long>> webhooks(MutationInput input) {
    return Optional.ofNullable(input.find(List.class, "webhooks"))
        .map(
            given ->
                Stream.of(given.toArray())
                    .map(id -> AlertIds.webhook(id.toString()))
                    .distinct()
                    .toList());
  }

  private static StoredRule stored(long id) {
    return new StoredRule(Long.toString(id));
  }

  private static Optional<AlertLimits> limits(MutationInput input) {
    return input
        .object("limits")
        .map(
            limits ->
                new AlertLimits(
                    limits.find(BigDecimal.class, "minUsd"),
                    limits.find(BigDecimal.class, "minPercent"),
                    limits.find(Integer.class, "days"),
                    limits.find(Integer.class, "hours"),
                    limits.findText("flag")));
  }
}
