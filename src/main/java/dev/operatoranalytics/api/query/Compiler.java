package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.FragmentDefinition;
import graphql.language.ObjectValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the root fields of a query, each to one SQL statement that returns its finished JSON: a
 * left join per related object, a subquery with an inner limit per list or page, and only the
 * selected parts of pages.
 *
 * <p>The SQL depends on the document, on the caller's role and on the shape of the variables. The
 * values of {@link #structural} variables are part of that shape; all other values are parameters.
 */
final class Compiler {
  private static final FieldCollector COLLECTOR = new FieldCollector();

  /** Max. relations of a statement: the time to plan it grows with their cube. */
  private static final int MAX_RELATIONS = 30;

  /** Keeps PostgreSQL from computing a value again wherever the outer query names it. */
  private static final String ONCE = " offset 0";

  /** Depth of the fields of a root field's object. */
  private static final int OF_ROOT = 2;

  private static final Set<String> AGGREGATES = Set.of("aggregate", "groups");

  private final GraphQLSchema schema;
  private final Nouns nouns;
  private final int maxPage;
  private final Map<String, FragmentDefinition> fragments;
  private final CoercedVariables variables;
  private final boolean isAdmin;
  private final @Nullable AsOfFields asOf;
  private final Set<String> structural = new HashSet<>();
  private final Parameters parameters = new Parameters();
  private final List<CompiledField.FieldCall> calls = new ArrayList<>();
  private final List<Relation> checks = new ArrayList<>();
  private boolean hasNullPosition;
  private int aliases;
  private int depth;

  /**
   * @param asOf what can be requested, if the field is requested as of an earlier moment, else
   *     null; anything else is not compiled
   */
  Compiler(
      GraphQLSchema schema,
      Nouns nouns,
      int maxPage,
      Map<String, FragmentDefinition> fragments,
      CoercedVariables variables,
      boolean isAdmin,
      @Nullable AsOfFields asOf) {
    this.schema = schema;
    this.nouns = nouns;
    this.maxPage = maxPage;
    this.fragments = fragments;
    this.variables = variables;
    this.isAdmin = isAdmin;
    this.asOf = asOf;
  }

  /** Rows with an alias, and the joins to them. */
  private static final class Scope {
    private final String alias;
    private final Map<String, String> knownColumns;
    private final StringBuilder joins = new StringBuilder();
    private final Set<String> used = new LinkedHashSet<>();

    /**
     * @param knownColumns columns whose values are known without reading the rows
     */
    private Scope(String alias, Map<String, String> knownColumns) {
      this.alias = alias;
      this.knownColumns = knownColumns;
    }

    private String column(String name) {
      var elsewhere = knownColumns.get(name);
      if (elsewhere != null) {
        return elsewhere;
      }
      used.add(name);
      return alias + "." + name;
    }

    private String selected(String inner) {
      return used.isEmpty()
          ? "1"
          : used.stream().map(column -> inner + "." + column).collect(joining(", "));
    }
  }

  /** Variables whose values are part of the SQL. */
  Set<String> structural() {
    return structural;
  }

  /**
   * Whether the SQL depends on which values of a cursor are null, so that it fits no other cursor.
   */
  boolean hasNullPosition() {
    return hasNullPosition;
  }

  /**
   * @throws NotCompiled when the field needs the fallback engine
   */
  CompiledField compile(MergedField field) {
    var query = nouns.get(schema.getQueryType().getName());
    var scope = new Scope("r0", Map.of());
    var json = cell(query, schema.getQueryType(), scope, field);
    var statement =
        parameters.statement("select " + json.sql() + " from (select 1) as r0" + scope.joins);
    return new CompiledField(field.getResultKey(), statement, calls, checks, aliases);
  }

  /** A unique alias. */
  private String next(String letter) {
    if (++aliases > MAX_RELATIONS) {
      throw new NotCompiled(
          CompiledQuery.FallbackReason.RELATIONS,
          "more than %s relations".formatted(MAX_RELATIONS));
    }
    return letter + aliases;
  }

  private Collection<MergedField> selected(MergedField field, GraphQLObjectType type) {
    var selected =
        COLLECTOR.collectFields(
            FieldCollectorParameters.newParameters()
                .schema(schema)
                .objectType(type)
                .fragments(fragments)
                .variables(variables.toMap())
                .graphQLContext(GraphQLContext.getDefault())
                .build(),
            field);
    return selected.getSubFieldsList();
  }

  private static GraphQLObjectType objectType(GraphQLFieldDefinition definition) {
    if (GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLObjectType type) {
      return type;
    }
    throw new NotCompiled("of several types: " + definition.getName());
  }

  private JsonText object(Noun noun, GraphQLObjectType type, Scope scope, MergedField field) {
    return object(type, field, each -> cell(noun, type, scope, each));
  }

  /** An object of which each field but {@code __typename} is compiled by a function. */
  private JsonText object(
      GraphQLObjectType type, MergedField field, Function<MergedField, JsonText> cell) {
    var json = JsonText.of("{");
    for (var each : selected(field, type)) {
      json.member(
          each.getResultKey(),
          each.getName().equals("__typename")
              ? JsonText.of("\"" + type.getName() + "\"")
              : cell.apply(each));
    }
    return json.constant("}");
  }

  private JsonText cell(Noun noun, GraphQLObjectType type, Scope scope, MergedField field) {
    depth++;
    try {
      return cellAtDepth(noun, type, scope, field);
    } finally {
      depth--;
    }
  }

  private void checkAsOf(
      AsOfFields asOf,
      GraphQLObjectType type,
      GraphQLFieldDefinition definition,
      MergedField field) {
    try {
      asOf.check(type.getName(), field.getName(), depth == OF_ROOT);
      asOf.checkArguments(
          definition.getType(),
          new CompiledField.FieldCall(definition.getArguments(), field.getArguments())
              .values(variables));
    } catch (UserInputError e) {
      throw new NotCompiled(Objects.requireNonNull(e.getMessage()));
    }
  }

  private JsonText cellAtDepth(Noun noun, GraphQLObjectType type, Scope scope, MergedField field) {
    var name = field.getName();
    if (name.startsWith("__") || (noun.isAdminOnly(name) && !isAdmin)) {
      throw new NotCompiled(name);
    }
    var definition = Objects.requireNonNull(type.getFieldDefinition(name), name);
    if (asOf != null && !type.equals(schema.getQueryType())) {
      checkAsOf(asOf, type, definition, field);
    }
    var isRequired = GraphQLTypeUtil.isNonNull(definition.getType());
    if (noun.isRedactedUnlessAdmin(name) && !isAdmin) {
      return JsonText.of("null");
    }
    if (noun.isNode() && name.equals("id")) {
      return JsonText.quoted(
          Cursor.base64(
              "'%s:' || %s::text".formatted(type.getName(), scope.column(noun.key().getFirst()))));
    }
    var column = noun.fields().get(name);
    if (column != null) {
      var json =
          JsonFormat.of(value(noun, name, column, scope), column.type(), definition.getType());
      return isRequired ? json : json.orNull();
    }
    var embedded = noun.embedded().get(name);
    if (embedded != null) {
      return embedded(noun, embedded, definition, scope, field);
    }
    if (noun.relations().containsKey(name)) {
      return related(noun, definition, scope, field);
    }
    if (noun.aggregates().containsKey(name)) {
      return JsonText.sql(aggregate(noun, definition, field));
    }
    if (noun.rows() == null && name.equals("node")) {
      return JsonText.sql(node(definition, scope, field));
    }
    throw new NotCompiled("answered by Java: " + type.getName() + "." + name);
  }

  private String value(Noun noun, String name, Column column, Scope scope) {
    var expression = noun.expression(name);
    if (expression == null) {
      return scope.column(column.name());
    }
    return "("
        + RelatedRows.replaced(expression, scope::column, scope::column, each -> parameters.now())
        + ")";
  }

  private JsonText embedded(
      Noun noun,
      Noun.Embedded embedded,
      GraphQLFieldDefinition definition,
      Scope scope,
      MergedField field) {
    var type = objectType(definition);
    var part = Objects.requireNonNull(nouns.noun(type.getName()), noun + "." + field.getName());
    var json = object(part, type, scope, field);
    if (embedded.presentWith().isEmpty()) {
      return json;
    }
    var isPresent =
        embedded.presentWith().stream()
            .map(column -> scope.column(column) + " is not null")
            .collect(joining(" or "));
    return JsonText.sql("case when %s then %s else 'null' end".formatted(isPresent, json.sql()));
  }

  private RelatedRows rows(
      Noun noun, Scope scope, GraphQLFieldDefinition definition, MergedField field) {
    var call = calls.size();
    var definitions = definition.getArguments();
    var given = new CompiledField.FieldCall(definitions, field.getArguments());
    calls.add(given);
    checks.add(Objects.requireNonNull(noun.relations().get(field.getName())));
    return new RelatedRows(
        nouns,
        parameters,
        call,
        noun,
        field.getName(),
        given.values(variables),
        scope::column,
        maxPage);
  }

  private JsonText related(
      Noun noun, GraphQLFieldDefinition definition, Scope scope, MergedField field) {
    var rows = rows(noun, scope, definition, field);
    var relation = rows.relation();
    if (relation.size() != null) {
      depend(field, relation.size());
    }
    if (nouns.isPage(noun, field.getName())) {
      depend(field, "first");
      depend(field, "last");
      return JsonText.sql(page(rows, definition, field));
    }
    if (nouns.hasColumns(noun, field.getName())) {
      return JsonText.sql(columns(rows, definition, field));
    }
    if (nouns.isMany(noun, field.getName())) {
      return JsonText.sql(list(rows, definition, field));
    }
    return GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLScalarType
        ? JsonText.sql(value(rows))
        : one(rows, definition, scope, field);
  }

  /** A scalar that a relation finds like a row; its text already is JSON. */
  private String value(RelatedRows rows) {
    var alias = next("x");
    return "(" + rows.one(alias + "." + rows.noun().key().getFirst(), alias) + ")";
  }

  /** Makes the values of an argument's variables part of the SQL. */
  private void depend(MergedField field, String name) {
    for (Argument argument : field.getArguments()) {
      if (argument.getName().equals(name)) {
        depend(argument.getValue());
      }
    }
  }

  private void depend(Value<?> value) {
    switch (value) {
      case VariableReference reference -> structural.add(reference.getName());
      case ArrayValue several -> several.getValues().forEach(this::depend);
      case ObjectValue object -> object.getObjectFields().forEach(part -> depend(part.getValue()));
      default -> {}
    }
  }

  private JsonText one(
      RelatedRows rows, GraphQLFieldDefinition definition, Scope parent, MergedField field) {
    var type = objectType(definition);
    var isRequired = GraphQLTypeUtil.isNonNull(definition.getType());
    var alias = next("r");
    var knownColumns = new java.util.HashMap<String, String>();
    if (rows.relation().rows() == null && isRequired) {
      rows.relation()
          .joins()
          .forEach(join -> knownColumns.put(join.theirs(), parent.column(join.ours())));
    }
    var scope = new Scope(alias, knownColumns);
    var json = object(rows.noun(), type, scope, field);
    if (scope.used.isEmpty() && isRequired) {
      parent.joins.append(scope.joins);
      return json;
    }
    var present = alias + "." + rows.noun().key().getFirst();
    if (rows.isPlainJoin()) {
      parent
          .joins
          .append(" left join ")
          .append(rows.countedFrom(alias))
          .append(" on ")
          .append(rows.condition(alias));
    } else {
      scope.used.add(rows.noun().key().getFirst());
      var inner = "x" + aliases;
      parent
          .joins
          .append(" left join lateral (")
          .append(rows.one(scope.selected(inner), inner))
          .append(") as ")
          .append(alias)
          .append(" on true");
    }
    parent.joins.append(scope.joins);
    return JsonText.sql(
        isRequired
            ? "case when " + present + " is not null then " + json.sql() + " end"
            : "case when " + present + " is null then 'null' else " + json.sql() + " end");
  }

  private String list(RelatedRows rows, GraphQLFieldDefinition definition, MergedField field) {
    var alias = next("r");
    var inner = "x" + aliases;
    var scope = new Scope(alias, Map.of());
    var json = object(rows.noun(), objectType(definition), scope, field);
    var limit = limit(rows, definition);
    var size = limit == 0 ? rows.size() : limit + 1;
    var fits = "count(*) = count(json)" + (limit == 0 ? "" : " and count(*) <= " + limit);
    // joins may change the order of rows
    if (scope.joins.isEmpty()) {
      var select = rows.list(scope.selected(inner), inner, size);
      return listed(fits, "", json.sql() + " as json", select, scope);
    }
    if (rows.isCut()) {
      var select = numbered(rows.list(scope.selected(inner), inner, size));
      return listed(
          fits, " order by nth", alias + ".nth, " + json.sql() + " as json", select, scope);
    }
    // sorted once, after the joins; a list that has more rows than its limit is not used
    var columns = new StringBuilder(json.sql() + " as json");
    var terms = new ArrayList<String>();
    for (var term : rows.order()) {
      var name = "order_" + terms.size();
      columns.append(", ").append(term.column().of(alias)).append(" as ").append(name);
      scope.used.add(term.column().name());
      terms.add(term.named(name));
    }
    return listed(
        fits,
        " order by " + String.join(", ", terms),
        columns.toString(),
        rows.unordered(scope.selected(inner), inner, size),
        scope);
  }

  /**
   * @param order of the rows; empty when the select has it
   * @param columns the JSON of each row, and what the order needs
   */
  private static String listed(
      String fits, String order, String columns, String select, Scope scope) {
    return """
    (select case when %s then '[' || coalesce(string_agg(json, ','%s), '') || ']' end \
    from (select %s from (%s) as %s%s%s) as listed)\
    """
        .formatted(fits, order, columns, select, scope.alias, scope.joins, ONCE);
  }

  /** The columns of a list, each as an array. */
  private String columns(RelatedRows rows, GraphQLFieldDefinition definition, MergedField field) {
    var inner = next("x");
    var scope = new Scope("r" + aliases, Map.of());
    var row = Objects.requireNonNull(schema.getObjectType(rows.noun().type()));
    var limit = limit(rows, definition);
    var json =
        object(
            objectType(definition),
            field,
            each ->
                JsonText.of("[")
                    .computed(
                        "coalesce(string_agg(%s, ',' order by nth), '')"
                            .formatted(
                                column(rows.noun(), row, scope, each.getName()).orNull().sql()))
                    .constant("]"));
    return "(select case when count(*) <= %s then %s end from (%s) as %s)"
        .formatted(
            limit,
            json.sql(),
            numbered(rows.list(scope.selected(inner), inner, limit + 1)),
            scope.alias);
  }

  private JsonText column(Noun noun, GraphQLObjectType type, Scope scope, String name) {
    var column = Objects.requireNonNull(noun.fields().get(name), name);
    return JsonFormat.of(
        value(noun, name, column, scope),
        column.type(),
        Objects.requireNonNull(type.getFieldDefinition(name)).getType());
  }

  private static String numbered(String select) {
    return "select rows.*, row_number() over () as nth from (" + select + ") as rows";
  }

  /**
   * Max. length of a list here: the fallback engine resolves longer ones and counts their cost; 0
   * for no limit.
   */
  private static int limit(RelatedRows rows, GraphQLFieldDefinition definition) {
    if (rows.relation().size() != null) {
      return 0;
    }
    var declared = definition.getAppliedDirective("listSize");
    var assumed = declared == null ? null : declared.getArgument("assumed");
    Integer size = assumed == null ? null : assumed.getValue();
    var limit = rows.relation().limit();
    return size == null ? limit : limit == 0 ? size : Math.min(size, limit);
  }

  private String page(RelatedRows rows, GraphQLFieldDefinition definition, MergedField field) {
    var connection = objectType(definition);
    var page = rows.page();
    if (page.position().stream().anyMatch(Objects::isNull)) {
      hasNullPosition = true;
    }
    return new PageCompiler(rows, page, connection).compile(field);
  }

  /** One page; computes only the selected parts. */
  private final class PageCompiler {
    private final RelatedRows rows;
    private final PageArguments page;
    private final GraphQLObjectType connection;
    private final Scope scope;
    private final String inner;
    private final List<String> perRow = new ArrayList<>();
    private final List<UnaryOperator<String>> perPage = new ArrayList<>();
    private boolean needsMore;
    private boolean needsCursor;
    private boolean needsRows;

    private PageCompiler(RelatedRows rows, PageArguments page, GraphQLObjectType connection) {
      this.rows = rows;
      this.page = page;
      this.connection = connection;
      this.scope = new Scope(next("r"), Map.of());
      this.inner = "x" + aliases;
    }

    private String compile(MergedField field) {
      var json = object(connection, field, this::part).sql();
      if (!needsRows) {
        return "(select " + json + ")";
      }
      if (needsCursor) {
        page.order().forEach(term -> scope.used.add(term.column().name()));
        perRow.add(rows.cursor(page, scope.alias) + " as cursor");
      }
      var select = rows.page(page, scope.selected(inner), inner, page.size() + (needsMore ? 1 : 0));
      // joins may change the order of rows
      var order =
          page.isBackward() ? " order by nth desc" : scope.joins.isEmpty() ? "" : " order by nth";
      return """
      (select %1$s from (select %2$s from (select %5$s.nth%3$s \
      from (%4$s) as %5$s%6$s%7$s) as listed) as page)\
      """
          .formatted(
              json,
              perPage.isEmpty()
                  ? "1"
                  : perPage.stream().map(each -> each.apply(order)).collect(joining(", ")),
              perRow.stream().map(each -> ", " + each).collect(joining()),
              numbered(select),
              scope.alias,
              scope.joins,
              ONCE);
    }

    private JsonText part(MergedField field) {
      if (asOf != null && AGGREGATES.contains(field.getName())) {
        throw new NotCompiled("earlier states of " + field.getName());
      }
      return switch (field.getName()) {
        case "totalCount" -> JsonText.sql("(" + rows.count(inner) + ")::text");
        case "nodes" -> aggregated(object(rows.noun(), type(field), scope, field));
        case "edges" -> aggregated(object(type(field), field, each -> edge(type(field), each)));
        case "pageInfo" -> object(type(field), field, this::pageInfo);
        case "aggregate" -> aggregate(type(field), field);
        case "groups" -> groups(field);
        default -> throw new NotCompiled(field.getName());
      };
    }

    private JsonText aggregate(GraphQLObjectType type, MergedField field) {
      var alias = next("x");
      return JsonText.sql(
          "(select %s from %s where %s and %s having true)"
              .formatted(
                  aggregates(rows.noun(), alias, type, field).sql(),
                  rows.countedFrom(alias),
                  rows.condition(alias),
                  rows.filter(alias)));
    }

    private JsonText groups(MergedField field) {
      depend(field, "by");
      depend(field, "orderBy");
      depend(field, "first");
      var definition = Objects.requireNonNull(connection.getFieldDefinition(field.getName()));
      var given =
          new CompiledField.FieldCall(definition.getArguments(), field.getArguments())
              .values(variables);
      var alias = next("x");
      var keys = Aggregation.keys(rows.noun(), given, alias);
      var type = objectType(definition);
      var json = object(type, field, each -> group(keys, alias, type, each));
      var nth = Aggregation.order(rows.noun(), given, keys, alias);
      return JsonText.sql(
          "(select '[' || coalesce(string_agg(json, ',' order by nth), '') || ']' from (%s) as grouped)"
              .formatted(
                  Aggregation.select(
                      rows,
                      given,
                      keys,
                      json.sql()
                          + " as json, row_number() over (order by %s) as nth".formatted(nth),
                      alias)));
    }

    private JsonText group(
        List<Aggregation.GroupKey> keys, String alias, GraphQLObjectType type, MergedField field) {
      return switch (field.getName()) {
        case "keys" -> JsonText.sql(Aggregation.json(keys));
        case "aggregate" ->
            aggregates(
                rows.noun(),
                alias,
                objectType(Objects.requireNonNull(type.getFieldDefinition("aggregate"))),
                field);
        default -> throw new NotCompiled(field.getName());
      };
    }

    private GraphQLObjectType type(MergedField field) {
      return objectType(Objects.requireNonNull(connection.getFieldDefinition(field.getName())));
    }

    private JsonText edge(GraphQLObjectType type, MergedField field) {
      return switch (field.getName()) {
        case "cursor" -> {
          page.order().forEach(term -> scope.used.add(term.column().name()));
          yield JsonText.quoted(Cursor.base64(rows.cursor(page, scope.alias)));
        }
        case "node" ->
            object(
                rows.noun(),
                objectType(Objects.requireNonNull(type.getFieldDefinition("node"))),
                scope,
                field);
        default -> throw new NotCompiled(field.getName());
      };
    }

    /** A JSON array with one element per row, in the order of the list. */
    private JsonText aggregated(JsonText json) {
      needsRows = true;
      var name = "json_" + perRow.size();
      perRow.add(json.sql() + " as " + name);
      var filter = " filter (where nth <= " + page.size() + ")";
      perPage.add(
          order ->
              """
              case when coalesce(bool_and(%1$s is not null)%2$s, true) \
              then '[' || coalesce(string_agg(%1$s, ','%3$s)%2$s, '') || ']' end as %1$s\
              """
                  .formatted(name, filter, order));
      return JsonText.sql("page." + name);
    }

    private JsonText pageInfo(MergedField field) {
      return switch (field.getName()) {
        case "hasNextPage" -> page.isBackward() ? hasCursor() : hasMore();
        case "hasPreviousPage" -> page.isBackward() ? hasMore() : hasCursor();
        case "startCursor" -> cursorOf(page.isBackward());
        case "endCursor" -> cursorOf(!page.isBackward());
        default -> throw new NotCompiled(field.getName());
      };
    }

    private JsonText hasCursor() {
      return JsonText.of(page.cursor() == null ? "false" : "true");
    }

    private JsonText hasMore() {
      needsRows = true;
      if (!needsMore) {
        needsMore = true;
        perPage.add(_ -> "(count(*) > " + page.size() + ")::text as has_more");
      }
      return JsonText.sql("page.has_more");
    }

    /** The cursor of the last or first row read. */
    private JsonText cursorOf(boolean isLast) {
      needsRows = true;
      needsCursor = true;
      var name = "cursor_" + perPage.size();
      var filter = "filter (where nth <= " + page.size() + ")";
      perPage.add(
          order ->
              !isLast
                  ? "min(cursor) filter (where nth = 1) as " + name
                  : page.isBackward()
                      ? "(array_agg(cursor%s) %s)[1] as %s".formatted(order, filter, name)
                      : "(array_agg(cursor%s) %s)[least(count(*), %s)] as %s"
                          .formatted(order, filter, page.size(), name));
      return JsonText.quoted(Cursor.base64("page." + name)).orNull();
    }
  }

  private String aggregate(Noun parent, GraphQLFieldDefinition definition, MergedField field) {
    var noun = nouns.get(Objects.requireNonNull(parent.aggregates().get(field.getName())));
    var call = calls.size();
    var given = new CompiledField.FieldCall(definition.getArguments(), field.getArguments());
    calls.add(given);
    checks.add(Relation.all());
    var alias = next("x");
    return "(select %s from %s as %s where %s having true)"
        .formatted(
            aggregates(noun, alias, objectType(definition), field).sql(),
            Objects.requireNonNull(noun.countedRows()),
            alias,
            new Filter(nouns, parameters, call)
                .condition(noun, alias, PageArguments.where(given.values(variables))));
  }

  private JsonText aggregates(Noun noun, String alias, GraphQLObjectType type, MergedField field) {
    return object(
        type,
        field,
        each ->
            each.getName().equals("count")
                ? JsonText.sql("count(*)::text")
                : sums(noun, alias, type, each));
  }

  private JsonText sums(Noun noun, String alias, GraphQLObjectType type, MergedField field) {
    var definition = Objects.requireNonNull(type.getFieldDefinition(field.getName()));
    return object(
        objectType(definition),
        field,
        each ->
            JsonText.quoted(
                    "trim_scale("
                        + Aggregation.of(noun, field.getName(), each.getName(), alias)
                        + ")::text")
                .orNull());
  }

  /** An object by its global id, which contains its type. */
  private String node(GraphQLFieldDefinition definition, Scope parent, MergedField field) {
    depend(field, "id");
    var given = new CompiledField.FieldCall(definition.getArguments(), field.getArguments());
    var id = GlobalId.parse(String.valueOf(given.values(variables).get("id")));
    var noun = nouns.noun(id.type());
    if (noun == null || !noun.isNode() || !noun.canHaveKey(id.key())) {
      throw new NotCompiled("no node: " + id);
    }
    var call = calls.size();
    calls.add(given);
    checks.add(Relation.all());
    var alias = next("r");
    var scope = new Scope(alias, Map.of());
    var json = object(noun, Objects.requireNonNull(schema.getObjectType(id.type())), scope, field);
    var key = noun.columnNamed(noun.key().getFirst());
    var inner = "x" + aliases;
    scope.used.add(key.name());
    var order = noun.orderOf(noun.firstBy(), Set.of());
    parent
        .joins
        .append(
            " left join lateral (select %s from %s as %s where %s = %s::%s order by %s limit 1) as %s on true"
                .formatted(
                    scope.selected(inner),
                    noun.rows(),
                    inner,
                    key.of(inner),
                    parameters.add(
                        call,
                        arguments -> GlobalId.parse(String.valueOf(arguments.get("id"))).key()),
                    key.type().sql(),
                    order.stream().map(term -> term.sql(inner)).collect(joining(", ")),
                    alias))
        .append(scope.joins);
    return "case when %s is null then 'null' else %s end".formatted(key.of(alias), json.sql());
  }
}
