package dev.operatoranalytics.api.query;

import static java.util.stream.Collectors.joining;

import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.SelectionSet;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.LightDataFetcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.MappedBatchLoader;
import org.jspecify.annotations.Nullable;

/** Data fetchers of the fallback engine for the fields of nouns. */
public final class NounFetchers {
  private final Nouns nouns;
  private final RowLoader loader;
  private final int maxPage;
  private final Map<FieldCoordinates, DataFetcher<?>> fetchers = new HashMap<>();

  public NounFetchers(Nouns nouns, RowLoader loader, int maxPage) {
    this.nouns = nouns;
    this.loader = loader;
    this.maxPage = maxPage;
    nouns.all().forEach(this::add);
  }

  /** A field that is resolved from its parent alone. */
  record ParentFetcher(Function<Object, @Nullable Object> value)
      implements LightDataFetcher<@Nullable Object> {

    @Override
    public @Nullable Object get(
        GraphQLFieldDefinition field, Object parent, Supplier<DataFetchingEnvironment> env) {
      return value.apply(parent);
    }

    @Override
    public @Nullable Object get(DataFetchingEnvironment env) {
      return value.apply(Objects.requireNonNull(env.<Object>getSource()));
    }
  }

  public Map<FieldCoordinates, DataFetcher<?>> all() {
    return fetchers;
  }

  /** See {@link Nouns#mistakes}. */
  public Set<String> mistakes(Set<FieldCoordinates> answeredByJava) {
    return nouns.mistakes(answeredByJava);
  }

  private void add(Noun noun) {
    if (noun.isNode()) {
      var key = noun.key().getFirst();
      ofRow(noun, "id", row -> new GlobalId(noun.type(), String.valueOf(row.get(key))).toString());
    }
    noun.fields()
        .forEach(
            (field, column) -> {
              var name = noun.expression(field) == null ? column.name() : noun.type() + "." + field;
              ofRow(noun, field, row -> value(column.type(), row.get(name)));
            });
    noun.embedded()
        .forEach(
            (field, part) ->
                put(
                    noun,
                    field,
                    env ->
                        part(
                            part,
                            env.<@Nullable Object>getSource() instanceof Row row ? row : null)));
    noun.relations().keySet().forEach(field -> put(noun, field, related(noun, field)));
    noun.aggregates().forEach((field, type) -> aggregate(noun, field, type));
  }

  private static @Nullable Object value(ColumnType type, @Nullable Object value) {
    return type == ColumnType.JSON && value != null ? new RawJson(value.toString()) : value;
  }

  private static @Nullable Row part(Noun.Embedded part, @Nullable Row row) {
    var parent = row == null ? new Row("", Map.of()) : row;
    return part.presentWith().isEmpty()
            || part.presentWith().stream().anyMatch(column -> parent.get(column) != null)
        ? parent
        : null;
  }

  private void ofRow(Noun noun, String field, Function<Row, @Nullable Object> value) {
    put(noun, field, new ParentFetcher(parent -> value.apply((Row) parent)));
  }

  private void put(Noun noun, String field, DataFetcher<?> fetcher) {
    DataFetcher<?> guarded = fetcher;
    if (noun.isRedactedUnlessAdmin(field)) {
      guarded = env -> caller(env).isAdmin() ? fetcher.get(env) : null;
    }
    fetchers.put(FieldCoordinates.coordinates(noun.type(), field), guarded);
  }

  private static Caller caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
  }

  private DataFetcher<?> related(Noun noun, String field) {
    var columns = loader.parentColumns(noun, field);
    var isPage = nouns.isPage(noun, field);
    if (isPage) {
      page(nouns.typeName(noun.type(), field));
    }
    if (nouns.hasColumns(noun, field)) {
      columns(nouns.typeName(noun.type(), field), nouns.target(noun, field));
    }
    var isScalar = nouns.isScalar(noun, field);
    MappedBatchLoader<RowLoader.RowRequest, Object> load =
        requests -> CompletableFuture.completedFuture(loader.load(noun, field, requests));
    return env -> {
      Row parent = env.<@Nullable Object>getSource() instanceof Row row ? row : null;
      var values = new ArrayList<@Nullable String>();
      for (var column : columns) {
        var value = parent == null ? null : parent.get(column);
        values.add(text(value));
      }
      var request =
          new RowLoader.RowRequest(values, arguments(env), isPage && isSelected(env, "totalCount"));
      var found = batch(env, noun.type() + "." + field, load).load(request);
      return isScalar ? found.thenApply(row -> scalar(noun, field, row)) : found;
    };
  }

  private @Nullable Object scalar(Noun noun, String field, @Nullable Object row) {
    var key = nouns.target(noun, field).key().getFirst();
    return row instanceof Row found ? value(ColumnType.JSON, found.get(key)) : null;
  }

  private static Map<String, Object> arguments(DataFetchingEnvironment env) {
    return Arguments.withDefaults(env.getFieldDefinition().getArguments(), env.getArguments());
  }

  /** A value as text for PostgreSQL. */
  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> several ->
          several.stream()
              .map(each -> '"' + String.valueOf(each).replaceAll("([\"\\\\])", "\\\\$1") + '"')
              .collect(joining(",", "{", "}"));
      default -> value.toString();
    };
  }

  /** Whether a field of the object itself is selected, within fragments too. */
  private static boolean isSelected(DataFetchingEnvironment env, String name) {
    return env.getMergedField().getFields().stream()
        .anyMatch(field -> isSelected(env, field.getSelectionSet(), name));
  }

  private static boolean isSelected(
      DataFetchingEnvironment env, @Nullable SelectionSet selections, String name) {
    if (selections == null) {
      return false;
    }
    return selections.getSelections().stream()
        .anyMatch(
            selection ->
                switch (selection) {
                  case graphql.language.Field field -> field.getName().equals(name);
                  case InlineFragment fragment -> isSelected(env, fragment.getSelectionSet(), name);
                  case FragmentSpread spread ->
                      isSelected(
                          env,
                          Objects.requireNonNull(env.getFragmentsByName().get(spread.getName()))
                              .getSelectionSet(),
                          name);
                  default -> false;
                });
  }

  private void page(String connection) {
    var edge = connection.replaceAll("Connection$", "Edge");
    of(connection, "nodes", (Page page) -> page.nodes());
    of(connection, "edges", (Page page) -> page.edges());
    of(connection, "pageInfo", (Page page) -> page.pageInfo());
    of(connection, "totalCount", (Page page) -> page.totalCount());
    aggregates(connection);
    of(edge, "cursor", (Page.Edge row) -> row.cursor());
    of(edge, "node", (Page.Edge row) -> row.node());
    of("PageInfo", "hasNextPage", (Page.PageInfo info) -> info.hasNextPage());
    of("PageInfo", "hasPreviousPage", (Page.PageInfo info) -> info.hasPreviousPage());
    of("PageInfo", "startCursor", (Page.PageInfo info) -> info.startCursor());
    of("PageInfo", "endCursor", (Page.PageInfo info) -> info.endCursor());
  }

  @SuppressWarnings("unchecked") // all parents of a type have the same class
  private <P> void of(String type, String field, Function<P, @Nullable Object> value) {
    fetchers.put(
        FieldCoordinates.coordinates(type, field),
        new ParentFetcher(parent -> value.apply((P) parent)));
  }

  private void columns(String type, Noun row) {
    for (var definition : nouns.fields(type)) {
      var field = definition.getName();
      var column = Objects.requireNonNull(row.fields().get(field));
      var name = row.expression(field) == null ? column.name() : row.type() + "." + field;
      of(
          type,
          field,
          (List<Row> rows) -> {
            var values = new ArrayList<@Nullable Object>();
            rows.forEach(each -> values.add(value(column.type(), each.get(name))));
            return values;
          });
    }
  }

  private void aggregates(String connection) {
    aggregate(nouns.typeName(connection, "aggregate"));
    fetchers.put(
        FieldCoordinates.coordinates(connection, "aggregate"),
        (DataFetcher<?>) env -> loader.aggregate(source(env), summed(env.getSelectionSet(), "*")));
    if (nouns.fields(connection).stream().noneMatch(field -> field.getName().equals("groups"))) {
      return;
    }
    var group = nouns.typeName(connection, "groups");
    fetchers.put(
        FieldCoordinates.coordinates(connection, "groups"),
        (DataFetcher<?>)
            env ->
                loader.groups(
                    source(env), arguments(env), summed(env.getSelectionSet(), "aggregate/*")));
    of(group, "keys", (RowLoader.Group one) -> one.keys());
    of(group, "aggregate", (RowLoader.Group one) -> one.aggregate());
  }

  private static RowLoader.PageSource source(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.<Page>getSource()).source();
  }

  private static List<String> summed(DataFetchingFieldSelectionSet selected, String path) {
    return selected.getFields(path).stream()
        .map(field -> field.getName())
        .filter(name -> !name.equals("count") && !name.startsWith("__"))
        .distinct()
        .toList();
  }

  private void aggregate(Noun noun, String field, String type) {
    aggregate(nouns.typeName(noun.type(), field));
    put(
        noun,
        field,
        env -> loader.aggregate(type, arguments(env), summed(env.getSelectionSet(), "*")));
  }

  private void aggregate(String aggregate) {
    for (var each : nouns.fields(aggregate)) {
      var name = each.getName();
      of(aggregate, name, (Map<String, Object> sums) -> sums.get(name));
      if (!name.equals("count")) {
        var sums = nouns.typeName(aggregate, name);
        of(sums, "sum", (RowLoader.Sums one) -> one.sum());
        of(sums, "avg", (RowLoader.Sums one) -> one.avg());
        of(sums, "min", (RowLoader.Sums one) -> one.min());
        of(sums, "max", (RowLoader.Sums one) -> one.max());
      }
    }
  }

  /**
   * A field of another type that leads to a noun.
   *
   * @param key key of the row; null when there is none
   */
  public <P> void reference(
      String type, String field, String noun, Function<P, @Nullable String> key) {
    MappedBatchLoader<String, Row> load =
        keys -> CompletableFuture.completedFuture(loader.byKey(noun, keys));
    DataFetcher<?> fetcher =
        env -> {
          var rowKey = key.apply(env.<P>getSource());
          return rowKey == null ? null : batch(env, noun, load).load(rowKey);
        };
    fetchers.put(FieldCoordinates.coordinates(type, field), fetcher);
  }

  /** A field of the query that finds nodes of any type. */
  public void nodes(
      String field, boolean skipsMissing, Function<DataFetchingEnvironment, List<GlobalId>> find) {
    fetchers.put(
        FieldCoordinates.coordinates("Query", field),
        (DataFetcher<?>)
            env ->
                nodes(env, find.apply(env))
                    .thenApply(
                        found ->
                            skipsMissing
                                ? found.stream().filter(Objects::nonNull).toList()
                                : found));
  }

  /** The fields {@code node} and {@code nodes}. */
  public void nodes() {
    fetchers.put(
        FieldCoordinates.coordinates("Query", "node"),
        (DataFetcher<?>)
            env -> nodes(env, List.of(id(env.getArgument("id")))).thenApply(List::getFirst));
    nodes(
        "nodes",
        false,
        env -> {
          List<String> ids = Objects.requireNonNull(env.getArgument("ids"));
          if (ids.size() > maxPage) {
            throw new UserInputError("ids are at most %,d, not %,d".formatted(maxPage, ids.size()));
          }
          return ids.stream().map(NounFetchers::id).toList();
        });
  }

  private static GlobalId id(@Nullable String text) {
    return GlobalId.parse(Objects.requireNonNull(text));
  }

  private CompletableFuture<List<@Nullable Row>> nodes(
      DataFetchingEnvironment env, List<GlobalId> ids) {
    MappedBatchLoader<GlobalId, Row> load =
        keys -> CompletableFuture.completedFuture(loadNodes(keys));
    return batch(env, "Query.node", load).loadMany(ids);
  }

  private Map<GlobalId, Row> loadNodes(Collection<GlobalId> ids) {
    var keys = new LinkedHashMap<String, List<String>>();
    ids.forEach(id -> keys.computeIfAbsent(id.type(), _ -> new ArrayList<>()).add(id.key()));
    var found = new HashMap<GlobalId, Row>();
    keys.forEach(
        (type, ofType) -> {
          var noun = nouns.noun(type);
          if (noun != null && noun.isNode()) {
            loader
                .byKey(type, ofType)
                .forEach((key, row) -> found.put(new GlobalId(type, key), row));
          }
        });
    return found;
  }

  /** The loader of the request, created at its first use because most requests use few. */
  private static <K, V> DataLoader<K, V> batch(
      DataFetchingEnvironment env, String name, MappedBatchLoader<K, V> loader) {
    env.getDataLoaderRegistry()
        .computeIfAbsent(name, _ -> DataLoaderFactory.newMappedDataLoader(loader));
    return Objects.requireNonNull(env.getDataLoader(name));
  }
}
