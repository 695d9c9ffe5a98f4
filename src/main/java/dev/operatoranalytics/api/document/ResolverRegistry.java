package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.document.ChangeEvent.FeedRow;
import dev.operatoranalytics.api.document.ChangeEvent.Gap;
import dev.operatoranalytics.api.query.Arguments;
import dev.operatoranalytics.api.query.AsOfFields;
import dev.operatoranalytics.api.query.Caller;
import dev.operatoranalytics.api.query.GlobalId;
import dev.operatoranalytics.api.query.NounFetchers;
import dev.operatoranalytics.api.query.Nouns;
import dev.operatoranalytics.api.query.QueryReader;
import dev.operatoranalytics.api.query.Row;
import dev.operatoranalytics.api.query.UserInputError;
import graphql.language.FieldDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.UnionTypeDefinition;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingEnvironmentImpl;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.PropertyDataFetcher;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.function.Consumer;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.MappedBatchLoader;
import org.jspecify.annotations.Nullable;

/**
 * Registers the fields that Java resolves; all others are declared as nouns. A record resolves the
 * fields of its type by methods of the same name. The server does not start when a field of the
 * schema has no fetcher.
 */
public final class ResolverRegistry {
  private final TypeDefinitionRegistry schema;
  private final Nouns declared;
  private final NounFetchers nouns;
  private final Map<FieldCoordinates, DataFetcher<?>> fetchers = new HashMap<>();
  private final Map<String, Class<?>> records = new HashMap<>();
  private final Set<FieldCoordinates> timeDependent = new HashSet<>();
  private final Set<FieldCoordinates> redactedUnlessAdmin = new HashSet<>();
  private final Set<String> streamed = new HashSet<>();
  private final Map<String, AsOf> asOfFields = new HashMap<>();
  private final Map<String, Consumer<DataFetchingEnvironment>> checks = new HashMap<>();
  private final Set<String> missing = new TreeSet<>();

  ResolverRegistry(TypeDefinitionRegistry schema, Nouns declared, NounFetchers nouns) {
    this.schema = schema;
    this.declared = declared;
    this.nouns = nouns;
    nouns.nodes();
    timeDependent.addAll(declared.timeDependent());
  }

  /** Registers the record that resolves the fields of a type. */
  public ResolverRegistry type(String type, Class<?> record) {
    records.put(type, record);
    return this;
  }

  /** A field computed from its parent. */
  public <P> ResolverRegistry field(
      String type, String field, Function<P, @Nullable Object> answer) {
    return fetch(type, field, env -> answer.apply(env.<P>getSource()));
  }

  /**
   * A field that leads to a row of a noun.
   *
   * @param noun type of the schema
   * @param key of the row; null when there is none
   */
  public <P> ResolverRegistry reference(
      String type, String field, String noun, Function<P, @Nullable String> key) {
    nouns.reference(type, field, noun, key);
    return this;
  }

  /**
   * Lets a field of the query take {@code asOf}, or be {@code @staged}.
   *
   * @param pastState fills the temporary tables
   */
  public ResolverRegistry asOf(String field, AsOf pastState) {
    asOfFields.put(field, pastState);
    return this;
  }

  /**
   * Adds a check of a declared field of the query. It runs only when the field could not be
   * answered by its own statement.
   */
  public ResolverRegistry check(String field, Consumer<DataFetchingEnvironment> check) {
    checks.put(field, check);
    return this;
  }

  /** A field of the query that lists nodes of any type; missing ones are omitted. */
  public ResolverRegistry nodes(
      String field, Function<DataFetchingEnvironment, List<GlobalId>> find) {
    nouns.nodes(field, true, find);
    return this;
  }

  /** A field of the query. */
  public ResolverRegistry query(
      String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return fetch("Query", field, answer::apply);
  }

  /**
   * A field of the query that is streamed. It must depend on epochs only, because its responses are
   * cached until the epochs change.
   */
  public ResolverRegistry streamed(
      String type, String field, Function<DataFetchingEnvironment, StreamedObject> answer) {
    streamed.add(field);
    return streamedPart(type).query(field, answer::apply);
  }

  /** A type whose objects are parts of a streamed object. */
  public ResolverRegistry streamedPart(String type) {
    for (var each : fields(type)) {
      fetch(
          type,
          each.getName(),
          env -> {
            throw new IllegalStateException(type + " is streamed");
          });
    }
    return this;
  }

  /**
   * A field of the mutation. Only administrators may execute it, and each execution is written to
   * the audit log.
   */
  public ResolverRegistry mutation(
      String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return mutation(field, Set.of(), answer);
  }

  /**
   * A field of the mutation.
   *
   * @param secrets fields of its input that the audit log leaves out
   */
  public ResolverRegistry mutation(
      String field,
      Set<String> secrets,
      Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return fetch("Mutation", field, env -> AuditLog.record(field, secrets, env, answer));
  }

  /** Makes a field null for callers other than administrators. */
  public ResolverRegistry redactedUnlessAdmin(String type, String field) {
    redactedUnlessAdmin.add(FieldCoordinates.coordinates(type, field));
    return this;
  }

  /**
   * A field of the subscription.
   *
   * @param filter of the events
   * @param map makes the object of an event
   */
  public ResolverRegistry subscription(
      String field,
      Function<DataFetchingEnvironment, SubscriptionFilter> filter,
      Function<FeedRow, Object> map) {
    return fetch(
        "Subscription",
        field,
        env ->
            switch (env.<@Nullable Object>getRoot()) {
              case FeedRow row -> map.apply(row);
              case Gap gap -> gap;
              case SubscriptionSource source -> source.of(filter.apply(env));
              case null, default ->
                  throw new IllegalStateException("a subscription needs an event or a source");
            });
  }

  /** The position of the cursor; null when there is none. */
  public static @Nullable Long position(DataFetchingEnvironment env) {
    var lastEventId =
        env.<@Nullable Object>getRoot() instanceof SubscriptionSource source
            ? source.lastEventId()
            : null;
    String after = lastEventId == null ? env.getArgument("after") : lastEventId;
    if (after == null) {
      return null;
    }
    if (!after.matches("[0-9]{1,18}")) {
      throw new UserInputError(
          "%s is the cursor of an event, or 0 for the oldest there is"
              .formatted(lastEventId == null ? "after" : "Last-Event-ID"));
    }
    return Long.valueOf(after);
  }

  /** Marks a field whose value changes with time, so that no cache stores it. */
  public ResolverRegistry timeDependent(String type, String field) {
    timeDependent.add(FieldCoordinates.coordinates(type, field));
    return this;
  }

  /** A field of a row, loaded by one query for all rows of a level. */
  public <K, V> ResolverRegistry each(
      String type,
      String field,
      BiFunction<Row, DataFetchingEnvironment, K> key,
      Function<Collection<K>, Map<K, V>> load) {
    var name = type + "." + field;
    MappedBatchLoader<K, V> loader = keys -> CompletableFuture.completedFuture(load.apply(keys));
    return fetch(
        type,
        field,
        env -> {
          DataLoader<K, V> batch = batch(env, name, loader);
          return batch.load(key.apply(Objects.requireNonNull(env.<Row>getSource()), env));
        });
  }

  private static <K, V> DataLoader<K, V> batch(
      DataFetchingEnvironment env, String name, MappedBatchLoader<K, V> loader) {
    env.getDataLoaderRegistry()
        .computeIfAbsent(name, _ -> DataLoaderFactory.newMappedDataLoader(loader));
    return Objects.requireNonNull(env.getDataLoader(name));
  }

  private ResolverRegistry fetch(String type, String field, DataFetcher<?> fetcher) {
    var hasDefault =
        definition(type, field).getInputValueDefinitions().stream()
            .anyMatch(argument -> argument.getDefaultValue() != null);
    DataFetcher<?> wrapped = hasDefault ? env -> fetcher.get(withDefaults(env)) : fetcher;
    fetchers.put(FieldCoordinates.coordinates(type, field), wrapped);
    return this;
  }

  /** A null argument means its default, like an omitted one. */
  private static DataFetchingEnvironment withDefaults(DataFetchingEnvironment env) {
    return DataFetchingEnvironmentImpl.newDataFetchingEnvironment(env)
        .arguments(
            Arguments.withDefaults(env.getFieldDefinition().getArguments(), env.getArguments()))
        .build();
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

  /**
   * A fetcher for every field of the schema.
   *
   * @throws IllegalStateException naming every field without a fetcher
   */
  Map<FieldCoordinates, DataFetcher<?>> answers() {
    for (var wired : fetchers.keySet()) {
      definition(wired.getTypeName(), wired.getFieldName());
    }
    var open = new ArrayList<>(records.keySet());
    while (!open.isEmpty()) {
      var type = open.removeLast();
      for (var field : fields(type)) {
        var discovered = answerByRecord(type, field);
        if (discovered != null) {
          open.add(discovered);
        }
      }
    }
    nouns.all().forEach(fetchers::putIfAbsent);
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
                          ? "declare it as a noun, or register its record by ResolverRegistry.type"
                          : record.getSimpleName() + " has no method of that name"));
        }
      }
    }
    missing.addAll(nouns.mistakes(fetchers.keySet()));
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "schema.graphqls and its fetchers differ:\n  " + String.join("\n  ", missing));
    }
    var mutations = schema.getTypeOrNull("Mutation", ObjectTypeDefinition.class);
    if (mutations != null) {
      mutations.getFieldDefinitions().forEach(field -> adminOnly("Mutation", field.getName()));
    }
    checks.forEach(this::answerChecked);
    asOfFields.forEach(this::answerAsOf);
    fields("Query").forEach(field -> answerFromSql(field.getName()));
    redactedUnlessAdmin.forEach(
        field -> {
          DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(field), field.toString());
          fetchers.put(field, env -> caller(env).isAdmin() ? fetcher.get(env) : null);
        });
    return Map.copyOf(fetchers);
  }

  private void answerChecked(String field, Consumer<DataFetchingEnvironment> check) {
    var coordinates = FieldCoordinates.coordinates("Query", field);
    DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(coordinates));
    fetchers.put(
        coordinates,
        (DataFetcher<?>)
            env -> {
              check.accept(env);
              return fetcher.get(env);
            });
  }

  private void answerAsOf(String field, AsOf pastState) {
    var coordinates = FieldCoordinates.coordinates("Query", field);
    DataFetcher<?> current = Objects.requireNonNull(fetchers.get(coordinates));
    fetchers.put(
        coordinates,
        (DataFetcher<?>)
            env -> {
              var isStaged =
                  env.getArgument(AsOfExecution.AS_OF) != null
                      || (Staged.isStaged(env.getFieldDefinition())
                          && !env.getGraphQlContext().hasKey(Staged.DIRECTIVE));
              if (!isStaged) {
                return current.get(env);
              }
              AsOfExecution asOf =
                  Objects.requireNonNull(env.getGraphQlContext().get(AsOfExecution.class));
              if (env.getArgument(AsOfExecution.AS_OF) != null) {
                var root =
                    GraphQLTypeUtil.<GraphQLNamedType>unwrapAllAs(env.getFieldType()).getName();
                new AsOfFields(declared, root).check(env);
              }
              return asOf.answer(env, pastState);
            });
  }

  /** Returns what the compiled query has read, without loading it again. */
  private void answerFromSql(String field) {
    var coordinates = FieldCoordinates.coordinates("Query", field);
    DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(coordinates));
    fetchers.put(
        coordinates,
        (DataFetcher<?>)
            env -> {
              QueryReader.Read read = env.getGraphQlContext().get(QueryReader.Read.class);
              var found =
                  read == null ? null : read.roots().get(env.getMergedField().getResultKey());
              if (found instanceof RuntimeException failure) {
                throw failure;
              }
              return found == null ? fetcher.get(env) : found;
            });
  }

  private void adminOnly(String type, String field) {
    var coordinates = FieldCoordinates.coordinates(type, field);
    DataFetcher<?> fetcher = Objects.requireNonNull(fetchers.get(coordinates));
    fetchers.put(
        coordinates,
        (DataFetcher<?>)
            env -> {
              RequestRejected.requireAdmin(caller(env));
              return fetcher.get(env);
            });
  }

  private static Caller caller(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().<Caller>get(Caller.class));
  }

  /** The name of another type whose record is discovered by this field. */
  private @Nullable String answerByRecord(String type, FieldDefinition field) {
    var coordinates = FieldCoordinates.coordinates(type, field.getName());
    if (fetchers.containsKey(coordinates) || nouns.all().containsKey(coordinates)) {
      return null;
    }
    var method = accessor(Objects.requireNonNull(records.get(type)), field.getName()).orElse(null);
    if (method == null) {
      return null;
    }
    fetchers.put(coordinates, PropertyDataFetcher.fetching(field.getName()));
    var answer = TypeInfo.typeInfo(field.getType()).getName();
    var returned =
        method.getGenericReturnType() instanceof ParameterizedType many
                && many.getActualTypeArguments()[0] instanceof Class<?> one
            ? one
            : method.getReturnType();
    if (records.containsKey(answer)
        || schema.getTypeOrNull(answer, ObjectTypeDefinition.class) == null
        || returned == Object.class
        || returned == Row.class) {
      return null;
    }
    records.put(answer, returned);
    return answer;
  }

  /** The public method without parameters that has the name of a field. */
  private static Optional<Method> accessor(Class<?> type, String field) {
    return Arrays.stream(type.getMethods())
        .filter(
            method ->
                method.getName().equals(field)
                    && method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers()))
        .findFirst();
  }

  /** The object type of a row or record, within an interface or union. */
  String typeOf(Object answer, String shared) {
    if (answer instanceof Row row) {
      return row.type();
    }
    return records.entrySet().stream()
        .filter(known -> known.getValue().equals(answer.getClass()))
        .map(Map.Entry::getKey)
        .filter(type -> belongs(type, shared))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no type of %s: %s".formatted(shared, answer.getClass())));
  }

  private boolean belongs(String type, String shared) {
    var union = schema.getTypeOrNull(shared, UnionTypeDefinition.class);
    return union != null
        && union.getMemberTypes().stream()
            .anyMatch(member -> TypeInfo.typeInfo(member).getName().equals(type));
  }

  /** Fields of the query. */
  Set<String> streamed() {
    return Set.copyOf(streamed);
  }

  Set<FieldCoordinates> timeDependent() {
    return Set.copyOf(timeDependent);
  }

  Map<String, AsOf> asOfFields() {
    return Map.copyOf(asOfFields);
  }
}
