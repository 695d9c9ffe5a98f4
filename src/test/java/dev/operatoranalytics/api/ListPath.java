package dev.operatoranalytics.api;

import static java.util.Objects.requireNonNull;

import dev.operatoranalytics.api.document.GraphqlSchema;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * A list or connection of the schema, with the fields that lead to it from the query.
 *
 * @param name its type and field
 * @param above fields from the query to its parent, with their arguments
 * @param given its required arguments
 * @param isWithinRows whether a field above is a list
 */
record ListPath(
    String name,
    List<String> above,
    String given,
    GraphQLFieldDefinition field,
    boolean isWithinRows) {
  private static final String OPERATOR = "0xa42cd0029f681b08b61f535e846f2a36f468c1c2";

  /** All lists that have a path; each type is reached by its shortest. */
  static List<ListPath> all(DemoServer server) {
    record Parent(List<String> path, boolean isWithinRows) {}
    var open = new ArrayDeque<GraphQLObjectType>();
    var parents = new HashMap<String, Parent>();
    var query = server.bean(GraphqlSchema.class).executable().getQueryType();
    open.add(query);
    parents.put(query.getName(), new Parent(List.of(), false));
    var found = new ArrayList<ListPath>();
    while (!open.isEmpty()) {
      var type = open.remove();
      var parent = requireNonNull(parents.get(type.getName()));
      for (var field : type.getFieldDefinitions()) {
        var name = type.getName() + "." + field.getName();
        var given = arguments(server, name);
        if (!(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType next)
            || (given.isEmpty() && field.getArguments().stream().anyMatch(ListPath::isRequired))) {
          continue;
        }
        var isRows = GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType()));
        if ((isRows && type.getField("pageInfo") == null) || next.getField("pageInfo") != null) {
          found.add(new ListPath(name, parent.path(), given, field, parent.isWithinRows()));
        }
        var path = new ArrayList<>(parent.path());
        path.add(field.getName() + (given.isEmpty() ? "" : "(" + given + ")"));
        if (parents.putIfAbsent(next.getName(), new Parent(path, parent.isWithinRows() || isRows))
            == null) {
          open.add(next);
        }
      }
    }
    return found;
  }

  private static boolean isRequired(GraphQLArgument argument) {
    return GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue();
  }

  /** Required arguments of fields that lead to lists; empty for others. */
  private static String arguments(DemoServer server, String field) {
    return switch (field) {
      case "Query.operator" -> "address: \"%s\"".formatted(OPERATOR);
      case "Query.delegator" -> address(server, "select min(staker_id) from operator_delegators");
      case "Query.strategy" -> address(server, "select min(strategy_id) from strategy_state");
      case "Query.avs" -> address(server, "select min(avs_id) from avs_state");
      case "Query.compareOperators" ->
          "addresses: [\"%s\", \"%s\"]"
              .formatted(
                  OPERATOR, value(server, "select min(operator_id) from operator_current_state"));
      case "Query.earnerRewards", "Query.earnerDailyRewards" ->
          "earner: \"%s\"".formatted(OPERATOR);
      case "Pipeline.partitions" -> "asset: \"operator_daily_snapshots\"";
      case "Pipeline.asset" -> "key: \"operators\"";
      case "Query.leaderboard", "Network.distribution" -> "metric: TVS_USD";
      case "Query.domainOperator" -> "operatorId: 0";
      case "Query.epoch" -> "number: 1";
      case "Operator.slashPreviews" -> "slashes: [{ %s }]".formatted(slash(server));
      case "Operator.slashPreview" -> slash(server);
      default -> "";
    };
  }

  private static String slash(DemoServer server) {
    return value(
        server,
        """
        select format(
            'avs: "%%s", number: %%s, wad: "1"',
            split_part(operator_set_id, '-', 1), split_part(operator_set_id, '-', 2)
        )
        from operator_allocations where operator_id = '%s' and is_slashable
        """
            .formatted(OPERATOR));
  }

  private static String address(DemoServer server, String sql) {
    return "address: \"%s\"".formatted(value(server, sql));
  }

  private static String value(DemoServer server, String sql) {
    return server.tables().rows(sql).getFirst().getFirst();
  }

  boolean isFiltered() {
    return field.getArgument("where") != null && field.getArgument("orderBy") != null;
  }

  boolean isPaged() {
    return GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType type
        && type.getField("pageInfo") != null;
  }

  /** A query of the list. */
  String document(String arguments, String selected) {
    var all = List.of(given, arguments).stream().filter(text -> !text.isEmpty()).toList();
    return "{ %s%s%s { %s } %s}"
        .formatted(
            String.join("", above.stream().map(each -> each + " { ").toList()),
            field.getName(),
            all.isEmpty() ? "" : "(" + String.join(", ", all) + ")",
            selected,
            "} ".repeat(above.size()));
  }
}
