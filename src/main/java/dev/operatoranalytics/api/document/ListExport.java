package dev.operatoranalytics.api.document;

import graphql.language.Argument;
import graphql.language.AstPrinter;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.TypeName;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import io.micronaut.http.HttpStatus;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes all rows of the one list that a query selects: the nodes of a connection, page by page,
 * its groups, or a list without pages. The selected fields are the columns. Groups beyond the
 * maximum are an error, unless the query says how many it wants.
 */
public final class ListExport {
  private static final String SIZE = "exportSize";
  private static final String CURSOR = "exportCursor";
  private static final String PAGE = "exportPage";
  private static final List<Integer> SIZES = List.of(1_000, 100, 10);
  private static final int MAX_GROUPS = 1_000;
  private static final Set<String> LISTS = Set.of("nodes", "groups");
  private static final Set<String> PAGE_ARGUMENTS = Set.of("first", "after", "last", "before");
  private static final String ONE_LIST =
      "an export selects one list: %s; write for example { operators { nodes { address } } }"
          + " or { network { dailySnapshots { date } } }";

  private final Exports exports;
  private final DocumentCache.ValidatedDocument document;
  private final GraphqlRequest request;
  private final SelectedList list;
  private final int size;

  private ListExport(
      Exports exports,
      DocumentCache.ValidatedDocument document,
      GraphqlRequest request,
      SelectedList list,
      int size) {
    this.exports = exports;
    this.document = document;
    this.request = request;
    this.list = list;
    this.size = size;
  }

  /** The format of lines. */
  public enum LineFormat {
    /** RFC 4180 with a header; null is an empty cell, a list is its JSON. */
    CSV("text/csv"),
    /** One JSON object per line. */
    JSONL("application/x-ndjson");

    private final String mediaType;

    LineFormat(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  /**
   * A list and its columns.
   *
   * @param path result keys from the root to the rows
   * @param columns result keys from a row to each value
   * @param root selections of the query with the arguments of a page
   */
  private record SelectedList(
      List<String> path, List<List<String>> columns, ExportedList kind, SelectionSet root) {

    SelectedList within(Selection<?> parent) {
      return new SelectedList(path, columns, kind, only(parent));
    }

    boolean isPaged() {
      return kind == ExportedList.NODES;
    }
  }

  private enum ExportedList {
    NODES,
    /** Groups without a requested number. */
    ALL_GROUPS,
    GROUPS,
    LIST
  }

  /**
   * @throws RequestRejected when the document does not select one list
   */
  static ListExport of(Exports exports, GraphqlRequest request) {
    var given = exports.documents().find(request);
    if (given.entry().hasErrors()) {
      throw RequestRejected.malformed(given.entry().getErrors().getFirst().getMessage());
    }
    var operation =
        given
            .definition(request.operationName())
            .filter(each -> each.getOperation() == Operation.QUERY)
            .orElseThrow(() -> RequestRejected.malformed("an export is one query"));
    if (given.mayUseAsOf()) {
      throw RequestRejected.malformed("an export has no asOf");
    }
    var types = exports.schema().executable();
    var list = select(types, operation.getSelectionSet(), types.getQueryType(), List.of());
    if (exports.schema().streamed().contains(list.path().getFirst())) {
      throw RequestRejected.malformed("share prices are exported by /api/exports/share-prices.csv");
    }
    if (!list.isPaged()) {
      var document =
          list.kind() == ExportedList.ALL_GROUPS
              ? exports.documents().derived(text(given, operation, list.root(), List.of()))
              : given;
      return new ListExport(exports, document, request, list, 0);
    }
    var variables = List.of(variable(SIZE, "Int"), variable(CURSOR, "String"));
    var paged = exports.documents().derived(text(given, operation, list.root(), variables));
    for (var size : SIZES) {
      var export = new ListExport(exports, paged, request, list, size);
      if (export.cost() <= exports.limits().cost()) {
        return export;
      }
    }
    throw RequestCharge.costExceeded(
        new ListExport(exports, paged, request, list, SIZES.getLast()).cost(),
        exports.limits().cost());
  }

  private static String text(
      DocumentCache.ValidatedDocument document,
      OperationDefinition operation,
      SelectionSet root,
      List<VariableDefinition> added) {
    var variables = new ArrayList<>(operation.getVariableDefinitions());
    variables.addAll(added);
    var paged =
        operation.transform(changed -> changed.selectionSet(root).variableDefinitions(variables));
    var definitions =
        Objects.requireNonNull(document.document()).getDefinitions().stream()
            .map(each -> each == operation ? paged : each)
            .toList();
    return AstPrinter.printAst(
        Document.newDocument().definitions(List.copyOf(definitions)).build());
  }

  private static VariableDefinition variable(String name, String type) {
    return VariableDefinition.newVariableDefinition().name(name).type(new TypeName(type)).build();
  }

  private static SelectedList select(
      GraphQLSchema types,
      SelectionSet selections,
      GraphQLFieldsContainer type,
      List<String> above) {
    if (selections.getSelections().size() == 1
        && selections.getSelections().getFirst() instanceof InlineFragment fragment
        && fragment.getTypeCondition() != null
        && types.getType(fragment.getTypeCondition().getName())
            instanceof GraphQLFieldsContainer one) {
      var list = select(types, fragment.getSelectionSet(), one, above);
      return list.within(fragment.transform(changed -> changed.selectionSet(list.root())));
    }
    if (selections.getSelections().size() != 1
        || !(selections.getSelections().getFirst() instanceof Field field)
        || field.getSelectionSet() == null) {
      throw RequestRejected.malformed(
          ONE_LIST.formatted("no second field beside it, no named fragment"));
    }
    var definition = type.getFieldDefinition(field.getName());
    if (Staged.isStaged(definition)
        || !(GraphQLTypeUtil.unwrapAll(definition.getType())
            instanceof GraphQLFieldsContainer inner)) {
      throw RequestRejected.malformed(ONE_LIST.formatted("not " + field.getName()));
    }
    var path = with(above, field.getResultKey());
    if (isPage(inner)) {
      return page(field, inner, path);
    }
    if (GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(definition.getType()))) {
      var columns = new ArrayList<List<String>>();
      columns(field.getSelectionSet(), inner, List.of(), columns);
      return new SelectedList(path, columns, ExportedList.LIST, selections);
    }
    var list = select(types, field.getSelectionSet(), inner, path);
    return list.within(field.transform(changed -> changed.selectionSet(list.root())));
  }

  private static SelectedList page(Field field, GraphQLFieldsContainer type, List<String> path) {
    if (field.getArguments().stream().anyMatch(each -> PAGE_ARGUMENTS.contains(each.getName()))) {
      throw RequestRejected.malformed(
          "an export has the rows of all pages: leave out first, after, last and before");
    }
    var selected = Objects.requireNonNull(field.getSelectionSet()).getSelections();
    if (selected.size() != 1
        || !(selected.getFirst() instanceof Field nodes)
        || !LISTS.contains(nodes.getName())) {
      throw RequestRejected.malformed(ONE_LIST.formatted("of a connection its nodes or groups"));
    }
    var columns = new ArrayList<List<String>>();
    var row =
        (GraphQLFieldsContainer)
            GraphQLTypeUtil.unwrapAll(type.getFieldDefinition(nodes.getName()).getType());
    columns(Objects.requireNonNull(nodes.getSelectionSet()), row, List.of(), columns);
    if (nodes.getName().equals("groups")) {
      return groups(field, nodes, with(path, nodes.getResultKey()), columns);
    }
    var pageInfo =
        Field.newField(
                "pageInfo",
                only(Field.newField("endCursor").build(), Field.newField("hasNextPage").build()))
            .alias(PAGE)
            .build();
    var arguments = new ArrayList<>(field.getArguments());
    arguments.add(new Argument("first", new VariableReference(SIZE)));
    arguments.add(new Argument("after", new VariableReference(CURSOR)));
    var paged =
        field.transform(
            changed -> changed.arguments(arguments).selectionSet(only(nodes, pageInfo)));
    return new SelectedList(
        with(path, nodes.getResultKey()), columns, ExportedList.NODES, only(paged));
  }

  private static SelectedList groups(
      Field field, Field groups, List<String> path, List<List<String>> columns) {
    if (groups.getArguments().stream().anyMatch(each -> each.getName().equals("first"))) {
      return new SelectedList(path, columns, ExportedList.GROUPS, only(field));
    }
    var arguments = new ArrayList<>(groups.getArguments());
    arguments.add(new Argument("first", IntValue.of(MAX_GROUPS)));
    var all = groups.transform(changed -> changed.arguments(arguments));
    return new SelectedList(
        path,
        columns,
        ExportedList.ALL_GROUPS,
        only(field.transform(changed -> changed.selectionSet(only(all)))));
  }

  private static SelectionSet only(Selection<?>... selections) {
    return SelectionSet.newSelectionSet(List.of(selections)).build();
  }

  private static boolean isPage(GraphQLFieldsContainer type) {
    return type.getFieldDefinition("pageInfo") != null;
  }

  private static void columns(
      SelectionSet selections,
      GraphQLFieldsContainer type,
      List<String> above,
      List<List<String>> into) {
    for (Object selection : selections.getSelections()) {
      if (!(selection instanceof Field field)) {
        throw RequestRejected.malformed("the columns of an export are fields, not fragments");
      }
      var key = with(above, field.getResultKey());
      var definition = type.getFieldDefinition(field.getName());
      if (definition != null
          && !GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(definition.getType()))
          && GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLFieldsContainer part
          && !isPage(part)) {
        columns(Objects.requireNonNull(field.getSelectionSet()), part, key, into);
      } else {
        into.add(key);
      }
    }
  }

  private static List<String> with(List<String> above, String key) {
    var all = new ArrayList<>(above);
    all.add(key);
    return List.copyOf(all);
  }

  /** The name of the list, for a file. */
  public String name() {
    var last = list.path().getLast();
    return switch (list.kind()) {
      case NODES -> connection();
      case ALL_GROUPS, GROUPS -> connection() + "-" + last;
      case LIST -> last;
    };
  }

  private String connection() {
    return list.path().get(list.path().size() - 2);
  }

  /** Max. objects of a page. */
  public long cost() {
    return exports.engine().cost(document, page(null));
  }

  public DocumentCache.ValidatedDocument document() {
    return document;
  }

  private GraphqlRequest page(@Nullable String cursor) {
    var variables = new HashMap<String, @Nullable Object>(request.variables());
    if (list.isPaged()) {
      variables.put(SIZE, size);
      variables.put(CURSOR, cursor);
    }
    return new GraphqlRequest(
        document.text(), null, request.operationName(), variables, request.credentials(), null);
  }

  /** Writes all rows from the caller's snapshot. */
  public void write(LineFormat format, OutputStream output) throws IOException {
    var data = read(null);
    if (list.kind() == ExportedList.ALL_GROUPS) {
      rejectMoreGroups(data);
    }
    if (format == LineFormat.CSV) {
      write(
          list.columns().stream()
              .map(column -> cell(String.join(".", column)))
              .collect(Collectors.joining(",")),
          output);
    }
    writeRows(data, format, output);
    for (var cursor = next(data); cursor != null; cursor = next(data)) {
      data = read(cursor);
      writeRows(data, format, output);
    }
  }

  private void rejectMoreGroups(JsonNode data) {
    var count = 0;
    for (var _ : rows(data)) {
      count++;
    }
    if (count == MAX_GROUPS) {
      throw RequestRejected.malformed(
          "there are %,d groups or more, which an export does not have: narrow where, or write groups(first: %d, …) for the first ones in their order"
              .formatted(MAX_GROUPS, MAX_GROUPS));
    }
  }

  private void writeRows(JsonNode data, LineFormat format, OutputStream output) throws IOException {
    for (var row : rows(data)) {
      write(format == LineFormat.CSV ? line(row) : exports.json().writeValueAsString(row), output);
    }
    output.flush();
  }

  private JsonNode read(@Nullable String cursor) throws IOException {
    var outcome = exports.engine().executeWithin(document, page(cursor));
    if (outcome.hasErrors()) {
      var errors = (List<?>) Objects.requireNonNull(outcome.answer().get("errors"));
      var message = ((Map<?, ?>) errors.getFirst()).get("message");
      throw new RequestRejected(HttpStatus.BAD_REQUEST, outcome.code(), String.valueOf(message));
    }
    var response =
        exports.json().readValue(JsonResponse.of(outcome.answer()).bytes(), JsonNode.class);
    return Objects.requireNonNull(Objects.requireNonNull(response).get("data"));
  }

  private Iterable<JsonNode> rows(JsonNode data) {
    var found = at(data, list.path());
    return found == null || found.isNull() ? List.of() : found.values();
  }

  private @Nullable String next(JsonNode data) {
    if (!list.isPaged()) {
      return null;
    }
    var page = at(data, with(list.path().subList(0, list.path().size() - 1), PAGE));
    if (page == null || page.isNull()) {
      return null;
    }
    return Objects.requireNonNull(page.get("hasNextPage")).getBooleanValue()
        ? Objects.requireNonNull(page.get("endCursor")).getStringValue()
        : null;
  }

  private static @Nullable JsonNode at(JsonNode node, List<String> path) {
    @Nullable JsonNode found = node;
    for (var key : path) {
      if (found == null || !found.isObject()) {
        return null;
      }
      found = found.get(key);
    }
    return found;
  }

  private String line(JsonNode row) throws IOException {
    var cells = new ArrayList<String>();
    for (var column : list.columns()) {
      var value = at(row, column);
      if (value == null || value.isNull()) {
        cells.add("");
      } else if (value.isObject() || value.isArray()) {
        cells.add(cell(exports.json().writeValueAsString(value)));
      } else {
        cells.add(cell(value.coerceStringValue()));
      }
    }
    return String.join(",", cells);
  }

  /** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
  private static String cell(String text) {
    var isFormula = text.matches("(?s)[=+@\t\r-].*") && !text.matches("-?[0-9]+([.][0-9]+)?");
    var safe = isFormula ? "'" + text : text;
    return safe.matches("(?s).*[\",\n\r].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  private static void write(String line, OutputStream output) throws IOException {
    output.write(line.getBytes(StandardCharsets.UTF_8));
    output.write('\n');
  }
}
