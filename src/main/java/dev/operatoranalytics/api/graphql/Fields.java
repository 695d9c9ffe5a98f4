package dev.operatoranalytics.api.graphql;

import dev.operatoranalytics.api.access.Caller;
import dev.operatoranalytics.api.feed.Follow;
import dev.operatoranalytics.api.feed.Told.Gap;
import dev.operatoranalytics.api.feed.Told.Happened;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.Type;
import graphql.language.UnionTypeDefinition;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingEnvironmentImpl;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLArgument;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeInfo;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.MappedBatchLoader;
import org.jspecify.annotations.Nullable;

/**
 * Where each noun says how its fields are answered. What a record tells by a component or method of
 * the field's name needs no word, once it is known which record answers the type; a field of the
 * schema that nothing answers keeps the server from starting.
 */
public final class Fields {
  private static final String CONNECTION = "Connection";

  private final TypeDefinitionRegistry schema;
  private final int greatestPage;
  private final boolean writesRows;
  private final Map<FieldCoordinates, DataFetcher<?>> fetchers = new HashMap<>();
  private final Map<String, Class<?>> records = new HashMap<>();
  private final Map<String, Function<Collection<String>, ? extends Map<String, ?>>> nodes =
      new HashMap<>();
  private final Set<FieldCoordinates> byClock = new HashSet<>();
  private final Set<FieldCoordinates> forAdmins = new HashSet<>();
  private final Set<FieldCoordinates> toldToAdmins = new HashSet<>();
  private final Set<String> selfWriting = new HashSet<>();
  private final Set<String> missing = new TreeSet<>();

  Fields(TypeDefinitionRegistry schema, int greatestPage, boolean writesRows) {
    this.writesRows = writesRows;
    this.schema = schema;
    this.greatestPage = greatestPage;
  }

  /** Says which record answers the fields of a type; not needed for rows of a list. */
  public Fields type(String type, Class<?> record) {
    records.put(type, record);
    return this;
  }

  /** A field answered at once, from its parent. */
  public <P> Fields field(String type, String field, Function<P, @Nullable Object> answer) {
    @SuppressWarnings("unchecked") // parents of a type are all of one class
    var ofParent = (Function<Object, @Nullable Object>) answer;
    return fetch(type, field, new Plain(ofParent, false));
  }

  /** A field of the query that finds one thing by its address. */
  public <V> Fields find(String field, Function<Collection<String>, Map<String, V>> load) {
    return batched(
        "Query",
        field,
        (Object root, DataFetchingEnvironment env) ->
            Objects.requireNonNull(env.<String>getArgument("address")),
        load);
  }

  /**
   * Lets a field of the query be asked as of an earlier moment, by its argument {@code asOf}.
   *
   * @param moment makes the tables of that moment
   * @param follows types, and fields as {@code Type.field}, that can be told of it
   */
  public Fields asOf(String field, Moment moment, Set<String> follows) {
    var ofToday =
        Objects.requireNonNull(fetchers.get(FieldCoordinates.coordinates("Query", field)));
    return fetch(
        "Query",
        field,
        env -> {
          if (env.getArgument(Past.AS_OF) == null) {
            return ofToday.get(env);
          }
          Past past = Objects.requireNonNull(env.getGraphQlContext().get(Past.class));
          return past.answer(
              env,
              Objects.requireNonNull(env.getArgument("address")),
              moment,
              asked ->
                  !byClock.contains(asked)
                      && (follows.contains(asked.getTypeName())
                          || follows.contains(asked.getTypeName() + "." + asked.getFieldName())));
        });
  }

  /** Makes a type's rows answer to {@code node} and {@code nodes}, by the key of their ids. */
  public <V> Fields node(String type, Function<Collection<String>, Map<String, V>> load) {
    nodes.put(type, load);
    return this;
  }

  /** A field of the query that lists nodes of any type; those that are gone are left out. */
  public Fields nodes(String field, Function<DataFetchingEnvironment, List<GlobalId>> find) {
    return fetch(
        "Query",
        field,
        env ->
            nodes(env, find.apply(env))
                .thenApply(found -> found.stream().filter(Objects::nonNull).toList()));
  }

  /** A field of the query. */
  public Fields query(String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return fetch("Query", field, answer::apply);
  }

  /**
   * A field of the query that an object answers which writes itself. It must follow from epochs
   * alone: what is made of such fields is kept until the epochs change.
   */
  public Fields selfWriting(
      String type, String field, Function<DataFetchingEnvironment, SelfWriting> answer) {
    selfWriting.add(field);
    return selfWritten(type).query(field, answer::apply);
  }

  /** A type of which every object is within one that writes itself. */
  public Fields selfWritten(String type) {
    for (var each : fields(type)) {
      fetch(
          type,
          each.getName(),
          env -> {
            throw new IllegalStateException(type + " writes itself");
          });
    }
    return this;
  }

  /**
   * A field of the mutation. Mutations are for administrators alone, which the engine sees to, and
   * each is told in the audit log.
   */
  public Fields mutation(String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return fetch("Mutation", field, env -> Audit.told(field, env, answer));
  }

  /** Keeps a field, however it is answered, for administrators. */
  public Fields forAdmins(String type, String field) {
    forAdmins.add(FieldCoordinates.coordinates(type, field));
    return this;
  }

  /** Tells a field, however it is answered, to administrators; to others it is null. */
  public Fields toldToAdmins(String type, String field) {
    toldToAdmins.add(FieldCoordinates.coordinates(type, field));
    return this;
  }

  /**
   * A field of the subscription.
   *
   * @param asked what is followed
   * @param told what an event is told as
   */
  public Fields follow(
      String field,
      Function<DataFetchingEnvironment, Follow> asked,
      Function<Happened, Object> told) {
    return fetch(
        "Subscription",
        field,
        env ->
            switch (env.<@Nullable Object>getRoot()) {
              case Happened happened -> told.apply(happened);
              case Gap gap -> gap;
              case Asking asking -> asking.of(asked.apply(env));
              case null, default -> throw new IllegalStateException("a subscription is followed");
            });
  }

  /** The position that a cursor names; null when there is none. */
  public static @Nullable Long position(DataFetchingEnvironment env) {
    var lastEventId =
        env.<@Nullable Object>getRoot() instanceof Asking asking ? asking.lastEventId() : null;
    String after = lastEventId == null ? env.getArgument("after") : lastEventId;
    if (after == null) {
      return null;
    }
    if (!after.matches("[0-9]{1,18}")) {
      throw new BadInput(
          "%s is the cursor of an event, or 0 for the oldest there is"
              .formatted(lastEventId == null ? "after" : "Last-Event-ID"));
    }
    return Long.valueOf(after);
  }

  /** A field of the query that is a page of a list with rules of its own. */
  public Fields page(String field, BiFunction<DataFetchingEnvironment, PageRequest, Page<?>> page) {
    return query(field, env -> page.apply(env, PageRequest.of(env, greatestPage)));
  }

  /** The same where every parent has one, all loaded together. */
  public <P, V> Fields pages(
      String type,
      String field,
      Function<P, String> key,
      BiFunction<Collection<String>, PageRequest, Map<String, Page<V>>> load) {
    return batched(
        type,
        field,
        (P row, DataFetchingEnvironment env) ->
            new PageOf(key.apply(row), PageRequest.of(env, greatestPage)),
        asked -> loadPages(asked, load));
  }

  /** A field of the query that is a page of a whole list. */
  public Fields list(String field, Listing<?> listing) {
    return list("Query", field, listing);
  }

  /** The same where the parent is one of its kind. */
  public Fields list(String type, String field, Listing<?> listing) {
    know(type, field, listing);
    return fetch(type, field, env -> page(env, listing));
  }

  private Page<?> page(DataFetchingEnvironment env, Listing<?> listing) {
    var request = PageRequest.of(env, greatestPage);
    var columns = writesRows ? ColumnRows.of(env, listing) : Optional.<ColumnRows>empty();
    var page = columns.map(asked -> listing.page(request, asked)).orElse(null);
    return page == null ? listing.page(request) : page;
  }

  /** A field of the query that sums up a list under a filter, in one statement. */
  public Fields aggregate(String field, Listing<?> listing) {
    var type = typeName("Query", field);
    checkArguments("Query", field, listing);
    for (var each : fields(type)) {
      if (!each.getName().equals("count") && !listing.hasColumn(each.getName())) {
        missing.add("%s.%s: no such column".formatted(type, each.getName()));
      }
      if (!each.getName().equals("count")) {
        type(name(each.getType()), Listing.Sums.class);
      }
      field(type, each.getName(), (Map<String, Object> sums) -> sums.get(each.getName()));
    }
    return query(
        field,
        env ->
            listing.aggregate(
                PageRequest.where(env),
                env.getSelectionSet().getImmediateFields().stream()
                    .map(asked -> asked.getName())
                    .filter(asked -> !asked.equals("count") && !asked.startsWith("__"))
                    .distinct()
                    .toList()));
  }

  /** A field answered for all parents of a level together: one query, however many there are. */
  public <P, K, V> Fields each(
      String type,
      String field,
      Function<P, @Nullable K> key,
      Function<Collection<K>, Map<K, V>> load) {
    return batched(type, field, (P parent, DataFetchingEnvironment env) -> key.apply(parent), load);
  }

  /**
   * The same for a list of which every parent has a page.
   *
   * @param parent column of the list that names the parent
   */
  public <P> Fields pages(
      String type, String field, Function<P, String> key, Listing<?> listing, String parent) {
    know(type, field, listing);
    return batched(
        type,
        field,
        (P row, DataFetchingEnvironment env) ->
            new PageOf(key.apply(row), PageRequest.of(env, greatestPage)),
        asked ->
            loadPages(
                asked,
                (Collection<String> parents, PageRequest request) ->
                    listing.pages(parent, parents, request)));
  }

  /** Says that an answer changes as time goes by, whatever the data: it is kept by no cache. */
  public Fields byClock(String type, String field) {
    byClock.add(FieldCoordinates.coordinates(type, field));
    return this;
  }

  /** The same for whatever is asked of a type. */
  public Fields byClock(String type) {
    fields(type).forEach(field -> byClock(type, field.getName()));
    return this;
  }

  /** Which page of which parent. */
  private record PageOf(String parent, PageRequest request) {}

  private static <M extends Map<String, ? extends Page<?>>> Map<PageOf, Page<?>> loadPages(
      Collection<PageOf> asked, BiFunction<Collection<String>, PageRequest, M> load) {
    var parents = new HashMap<PageRequest, List<String>>();
    for (var page : asked) {
      parents.computeIfAbsent(page.request(), request -> new ArrayList<>()).add(page.parent());
    }
    var pages = new HashMap<PageOf, Page<?>>();
    parents.forEach(
        (request, ofRequest) ->
            load.apply(ofRequest, request)
                .forEach((each, page) -> pages.put(new PageOf(each, request), page)));
    return pages;
  }

  /** The same with a key that depends on arguments, too. */
  public <P, K, V> Fields each(
      String type,
      String field,
      BiFunction<P, DataFetchingEnvironment, @Nullable K> key,
      Function<Collection<K>, Map<K, V>> load) {
    return batched(type, field, key, load);
  }

  private <P, K, V> Fields batched(
      String type,
      String field,
      BiFunction<P, DataFetchingEnvironment, @Nullable K> key,
      Function<Collection<K>, Map<K, V>> load) {
    var name = type + "." + field;
    MappedBatchLoader<K, V> loader = keys -> CompletableFuture.completedFuture(load.apply(keys));
    return fetch(
        type,
        field,
        env -> {
          var asked = key.apply(env.<P>getSource(), env);
          if (asked == null) {
            return null;
          }
          return batch(env, name, loader).load(asked);
        });
  }

  /** The request's own, made at its first use: most requests use few. */
  private static <K, V> DataLoader<K, V> batch(
      DataFetchingEnvironment env, String name, MappedBatchLoader<K, V> loader) {
    env.getDataLoaderRegistry()
        .computeIfAbsent(name, _ -> DataLoaderFactory.newMappedDataLoader(loader));
    return Objects.requireNonNull(env.getDataLoader(name));
  }

  private Fields fetch(String type, String field, DataFetcher<?> fetcher) {
    var hasDefault =
        definition(type, field).getInputValueDefinitions().stream()
            .anyMatch(argument -> argument.getDefaultValue() != null);
    DataFetcher<?> given = hasDefault ? env -> fetcher.get(withDefaults(env)) : fetcher;
    fetchers.put(FieldCoordinates.coordinates(type, field), given);
    return this;
  }

  /** An argument that is null means its default, as one that is left out does. */
  private static DataFetchingEnvironment withDefaults(DataFetchingEnvironment env) {
    var arguments = new HashMap<>(env.getArguments());
    for (var argument : env.getFieldDefinition().getArguments()) {
      if (argument.hasSetDefaultValue() && arguments.get(argument.getName()) == null) {
        arguments.put(argument.getName(), GraphQLArgument.getArgumentDefaultValue(argument));
      }
    }
    return DataFetchingEnvironmentImpl.newDataFetchingEnvironment(env).arguments(arguments).build();
  }

  /** A connection tells its row type's record, and its arguments are what the listing has. */
  private void know(String type, String field, Listing<?> listing) {
    var connection = typeName(type, field);
    var row = connection.substring(0, connection.length() - CONNECTION.length());
    records.put(connection, Page.class);
    records.put(row + "Edge", Page.Edge.class);
    records.put(row, listing.type());
    checkArguments(type, field, listing);
  }

  private void checkArguments(String type, String field, Listing<?> listing) {
    for (var argument : definition(type, field).getInputValueDefinitions()) {
      if (!PageRequest.OF_PAGES.contains(argument.getName())
          && !listing.hasArgument(argument.getName())) {
        missing.add(
            "%s.%s(%s:): say Listing.filteredBy".formatted(type, field, argument.getName()));
      }
      var input = schema.getTypeOrNull(name(argument.getType()), InputObjectTypeDefinition.class);
      if (argument.getName().equals("where") && input != null) {
        checkFilter(input, listing, new HashSet<>());
      }
      if (argument.getName().equals("orderBy") && input != null) {
        for (var value : enumOf(input, "field").getEnumValueDefinitions()) {
          require(input, value.getName(), listing.hasColumn(value.getName()));
        }
      }
    }
  }

  private void checkFilter(InputObjectTypeDefinition filter, Listing<?> listing, Set<String> seen) {
    if (!seen.add(filter.getName())) {
      return;
    }
    for (var part : filter.getInputValueDefinitions()) {
      var relation = listing.relation(part.getName());
      if (relation != null) {
        checkFilter(related(part), relation.other().get(), seen);
      } else if (!Set.of("and", "or", "not").contains(part.getName())) {
        require(filter, part.getName(), listing.hasColumn(part.getName()));
      }
    }
  }

  private void require(InputObjectTypeDefinition input, String name, boolean isThere) {
    if (!isThere) {
      missing.add("%s.%s: no such column or relation".formatted(input.getName(), name));
    }
  }

  /** The filter of the other list, which some, every and none take when it has many rows. */
  private InputObjectTypeDefinition related(InputValueDefinition relation) {
    var input = input(name(relation.getType()));
    return input.getInputValueDefinitions().stream()
        .filter(part -> part.getName().equals("some"))
        .findFirst()
        .map(some -> input(name(some.getType())))
        .orElse(input);
  }

  private InputObjectTypeDefinition input(String name) {
    return Objects.requireNonNull(
        schema.getTypeOrNull(name, InputObjectTypeDefinition.class), name);
  }

  private EnumTypeDefinition enumOf(InputObjectTypeDefinition input, String field) {
    return input.getInputValueDefinitions().stream()
        .filter(part -> part.getName().equals(field))
        .map(part -> schema.getTypeOrNull(name(part.getType()), EnumTypeDefinition.class))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private FieldDefinition definition(String type, String field) {
    return fields(type).stream()
        .filter(each -> each.getName().equals(field))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("schema.graphqls has no " + type + "." + field));
  }

  private List<FieldDefinition> fields(String type) {
    var object = schema.getTypeOrNull(type, ObjectTypeDefinition.class);
    if (object == null) {
      throw new IllegalStateException("schema.graphqls has no type " + type);
    }
    return object.getFieldDefinitions();
  }

  private String typeName(String type, String field) {
    return name(definition(type, field).getType());
  }

  private static String name(Type<?> type) {
    return TypeInfo.typeInfo(type).getName();
  }

  /**
   * A fetcher for every field of the schema.
   *
   * @throws IllegalStateException naming every field that nothing answers
   */
  Map<FieldCoordinates, DataFetcher<?>> answers() {
    batched(
        "Query",
        "node",
        (Object root, DataFetchingEnvironment env) ->
            GlobalId.parse(Objects.requireNonNull(env.getArgument("id"))),
        this::loadNodes);
    fetch("Query", "nodes", this::nodes);
    var mutations = schema.getTypeOrNull("Mutation", ObjectTypeDefinition.class);
    if (mutations != null) {
      mutations.getFieldDefinitions().forEach(field -> forAdmins("Mutation", field.getName()));
    }
    for (var wired : fetchers.keySet()) {
      definition(wired.getTypeName(), wired.getFieldName());
    }
    var open = new ArrayList<>(records.keySet());
    while (!open.isEmpty()) {
      var type = open.removeLast();
      for (var field : fields(type)) {
        var learned = answerByRecord(type, field);
        if (learned != null) {
          open.add(learned);
        }
      }
    }
    for (var type : schema.getTypes(ObjectTypeDefinition.class)) {
      for (var field : type.getFieldDefinitions()) {
        if (!fetchers.containsKey(FieldCoordinates.coordinates(type.getName(), field.getName()))) {
          var record = records.get(type.getName());
          missing.add(
              "%s.%s: %s"
                  .formatted(
                      type.getName(),
                      field.getName(),
                      record == null
                          ? "say which record answers the type, by Fields.type"
                          : record.getSimpleName() + " has nothing of that name"));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "schema.graphqls promises what nothing answers:\n  " + String.join("\n  ", missing));
    }
    forAdmins.forEach(
        field -> {
          DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(field), field.toString());
          DataFetcher<?> guarded =
              env -> {
                refuseOthersThanAdmins(env);
                return fetcher.get(env);
              };
          fetchers.put(field, guarded);
        });
    toldToAdmins.forEach(
        field -> {
          DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(field), field.toString());
          fetchers.put(field, env -> caller(env).isAdmin() ? fetcher.get(env) : null);
        });
    return Map.copyOf(fetchers);
  }

  private static void refuseOthersThanAdmins(DataFetchingEnvironment env) {
    Gate.refuseOthersThanAdmins(caller(env));
  }

  private static Caller caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
  }

  /** The name of another type whose record came to be known by this field. */
  private @Nullable String answerByRecord(String type, FieldDefinition field) {
    var coordinates = FieldCoordinates.coordinates(type, field.getName());
    if (fetchers.containsKey(coordinates)) {
      return null;
    }
    var method =
        Plain.method(Objects.requireNonNull(records.get(type)), field.getName()).orElse(null);
    if (method == null) {
      return null;
    }
    fetchers.put(coordinates, Plain.calling(method));
    var answer = name(field.getType());
    var returned =
        method.getGenericReturnType() instanceof ParameterizedType many
                && many.getActualTypeArguments()[0] instanceof Class<?> one
            ? one
            : method.getReturnType();
    if (records.containsKey(answer)
        || schema.getTypeOrNull(answer, ObjectTypeDefinition.class) == null
        || returned == Object.class) {
      return null;
    }
    records.put(answer, returned);
    return answer;
  }

  private Map<GlobalId, Object> loadNodes(Collection<GlobalId> ids) {
    var keys = new HashMap<String, List<String>>();
    ids.forEach(id -> keys.computeIfAbsent(id.type(), type -> new ArrayList<>()).add(id.key()));
    var found = new HashMap<GlobalId, Object>();
    keys.forEach(
        (type, ofType) -> {
          var load = nodes.get(type);
          if (load != null) {
            load.apply(ofType).forEach((key, node) -> found.put(new GlobalId(type, key), node));
          }
        });
    return found;
  }

  private CompletableFuture<? extends List<?>> nodes(DataFetchingEnvironment env) {
    List<String> ids = Objects.requireNonNull(env.getArgument("ids"));
    if (ids.size() > greatestPage) {
      throw new BadInput("ids are at most %,d, not %,d".formatted(greatestPage, ids.size()));
    }
    return nodes(env, ids.stream().map(GlobalId::parse).toList());
  }

  private CompletableFuture<List<Object>> nodes(DataFetchingEnvironment env, List<GlobalId> ids) {
    MappedBatchLoader<GlobalId, Object> loader =
        keys -> CompletableFuture.completedFuture(loadNodes(keys));
    return batch(env, "Query.node", loader).loadMany(ids);
  }

  /** The type of an interface or union that a record answers. */
  String typeOf(Object row, String shared) {
    return records.entrySet().stream()
        .filter(known -> known.getValue().equals(row.getClass()))
        .map(Map.Entry::getKey)
        .filter(type -> belongs(type, shared))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no type of %s: %s".formatted(shared, row.getClass())));
  }

  private boolean belongs(String type, String shared) {
    var union = schema.getTypeOrNull(shared, UnionTypeDefinition.class);
    var object = schema.getTypeOrNull(type, ObjectTypeDefinition.class);
    return union == null
        ? object != null
            && object.getImplements().stream().anyMatch(each -> name(each).equals(shared))
        : union.getMemberTypes().stream().anyMatch(member -> name(member).equals(type));
  }

  /** Fields of the query. */
  Set<String> selfWriting() {
    return Set.copyOf(selfWriting);
  }

  Set<FieldCoordinates> byClock() {
    return Set.copyOf(byClock);
  }
}
