package dev.operatoranalytics.api.pipeline;

import dev.operatoranalytics.alert.AlertKind;
import dev.operatoranalytics.alert.AlertLimits;
import dev.operatoranalytics.alert.AlertRules;
import dev.operatoranalytics.alert.AlertRules.NewRule;
import dev.operatoranalytics.alert.AlertRules.RuleChange;
import dev.operatoranalytics.alert.AlertSubject;
import dev.operatoranalytics.api.document.ResolverRegistry;
import dev.operatoranalytics.api.document.Wiring;
import dev.operatoranalytics.api.noun.AlertIds;
import graphql.schema.DataFetchingEnvironment;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Optional;

/** Mutations of alert rules. */
@Singleton
class AlertMutationWiring implements Wiring {
  private final AlertRules rules;

  AlertMutationWiring(AlertRules rules) {
    this.rules = rules;
  }

  private record StoredRule(String ruleKey) {}

  private record DeletedRule(String name) {}

  @Override
  public void wire(ResolverRegistry fields) {
    fields
        .mutation("createAlertRule", this::create)
        .mutation("updateAlertRule", this::update)
        .mutation("deleteAlertRule", this::delete)
        .reference("CreateAlertRulePayload", "rule", "AlertRule", StoredRule::ruleKey)
        .reference("UpdateAlertRulePayload", "rule", "AlertRule", StoredRule::ruleKey)
        .type("DeleteAlertRulePayload", DeletedRule.class);
  }

  private StoredRule create(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var rule =
        new NewRule(
            input.text("name"),
            AlertKind.valueOf(input.text("kind")),
            new AlertSubject(
                input.findText("operator"), input.findText("avs"), input.findText("delegator")),
            limits(input).orElse(AlertLimits.NONE),
            input.get(Boolean.class, "isEnabled"));
    return stored(MutationInput.send(() -> rules.create(rule, MutationInput.caller(env))));
  }

  private StoredRule update(DataFetchingEnvironment env) {
    var input = MutationInput.of(env);
    var id = AlertIds.rule(input.text("id"));
    var change =
        new RuleChange(
            input.findText("name"),
            limits(input).orElse(null),
            input.find(Boolean.class, "isEnabled"));
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
                    limits.find(Integer.class, "hours")));
  }
}
