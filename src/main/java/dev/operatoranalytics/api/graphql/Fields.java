package dev.operatoranalytics.api.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderRegistry;
import org.dataloader.MappedBatchLoader;
import org.jspecify.annotations.Nullable;

/** Where each noun says how its fields are answered; what a record already tells needs no word. */
public final class Fields {
  private final RuntimeWiring.Builder wiring;
  private final Map<String, MappedBatchLoader<?, ?>> batches = new HashMap<>();

  private final Set<String> ofEpochs = new HashSet<>();
  private final Set<String> selfWriting = new HashSet<>();

  Fields(RuntimeWiring.Builder wiring) {
    this.wiring = wiring;
  }

  /** A field answered at once, from its parent. */
  public <P> Fields field(String type, String field, Function<P, @Nullable Object> answer) {
    return fetch(type, field, env -> answer.apply(env.<P>getSource()));
  }

  /** A field of the query that finds one thing by its address. */
  public Fields find(String field, Function<String, ? extends Optional<?>> find) {
    return fetch(
        "Query",
        field,
        env -> find.apply(Objects.requireNonNull(env.<String>getArgument("address"))).orElse(null));
  }

  /**
   * A field of the query that follows from epochs alone: what is made of such fields is kept until
   * the epochs change.
   */
  public Fields ofEpochs(String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    ofEpochs.add(field);
    return query(field, answer);
  }

  /** Likewise, of an object that writes itself. */
  public Fields selfWriting(
      String field, Function<DataFetchingEnvironment, @Nullable SelfWriting> answer) {
    selfWriting.add(field);
    return ofEpochs(field, answer::apply);
  }

  /** A field of the query. */
  public Fields query(String field, Function<DataFetchingEnvironment, @Nullable Object> answer) {
    return fetch("Query", field, answer::apply);
  }

  /** A field answered for all parents of a level together: one query, however many there are. */
  public <P, K, V> Fields each(
      String type,
      String field,
      Function<P, @Nullable K> key,
      Function<Collection<K>, Map<K, V>> load) {
    return batched(type, field, (P parent, DataFetchingEnvironment env) -> key.apply(parent), load);
  }

  /** The same for a list of which every parent has a page. */
  public <P, V> Fields pages(
      String type,
      String field,
      Function<P, String> key,
      BiFunction<Collection<String>, PageRequest, Map<String, Page<V>>> load) {
    return batched(
        type,
        field,
        (P parent, DataFetchingEnvironment env) ->
            new PageOf(key.apply(parent), PageRequest.of(env)),
        asked -> loadPages(asked, load));
  }

  /** Which page of which parent. */
  private record PageOf(String parent, PageRequest request) {}

  private static <V> Map<PageOf, Page<V>> loadPages(
      Collection<PageOf> asked,
      BiFunction<Collection<String>, PageRequest, Map<String, Page<V>>> load) {
    var parents = new HashMap<PageRequest, List<String>>();
    for (var page : asked) {
      parents
          .computeIfAbsent(page.request(), request -> new java.util.ArrayList<>())
          .add(page.parent());
    }
    var pages = new HashMap<PageOf, Page<V>>();
    parents.forEach(
        (request, ofRequest) ->
            load.apply(ofRequest, request)
                .forEach((parent, page) -> pages.put(new PageOf(parent, request), page)));
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
    batches.put(name, loader);
    return fetch(
        type,
        field,
        env -> {
          var asked = key.apply(env.<P>getSource(), env);
          if (asked == null) {
            return null;
          }
          DataLoader<K, V> batch = env.getDataLoader(name);
          return batch == null ? null : batch.load(asked);
        });
  }

  private Fields fetch(String type, String field, DataFetcher<?> fetcher) {
    wiring.type(TypeRuntimeWiring.newTypeWiring(type).dataFetcher(field, fetcher).build());
    return this;
  }

  Set<String> ofEpochs() {
    return Set.copyOf(ofEpochs);
  }

  Set<String> selfWriting() {
    return Set.copyOf(selfWriting);
  }

  /** A fresh set for one request. */
  Map<String, MappedBatchLoader<?, ?>> batches() {
    return Map.copyOf(batches);
  }

  static DataLoaderRegistry registry(Map<String, MappedBatchLoader<?, ?>> batches) {
    var registry = DataLoaderRegistry.newRegistry();
    batches.forEach(
        (name, loader) -> registry.register(name, DataLoaderFactory.newMappedDataLoader(loader)));
    return registry.build();
  }
}
