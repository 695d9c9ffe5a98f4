package dev.operatoranalytics.api.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.language.VariableDefinition;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.idl.TypeInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cache of queries, compiled once per document, operation, role and shape of the variables. The
 * cache is bounded; evicted queries are compiled again.
 */
public final class CompiledQueries {
  private static final Logger log = LoggerFactory.getLogger(CompiledQueries.class);
  private static final String AS_OF = "asOf";
  private static final long MAX_CHARACTERS = 8 << 20;
  private static final FieldCollector COLLECTOR = new FieldCollector();

  private final GraphQLSchema schema;
  private final Nouns nouns;
  private final int maxPage;
  private final Map<String, Set<String>> structural = new ConcurrentHashMap<>();
  private final Cache<Key, CompiledQuery> cache =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CHARACTERS)
          .weigher((Key key, CompiledQuery query) -> key.length() + query.length())
          .build();

  public CompiledQueries(GraphQLSchema schema, Nouns nouns, int maxPage) {
    this.schema = schema;
    this.nouns = nouns;
    this.maxPage = maxPage;
  }

  private record Key(String document, @Nullable String operation, boolean isAdmin, String shape) {
    int length() {
      return document.length() + shape.length();
    }
  }

  /**
   * @param hash hash of the document
   */
  public CompiledQuery find(
      String hash,
      Document document,
      OperationDefinition operation,
      CoercedVariables variables,
      boolean isAdmin) {
    var known = structural.getOrDefault(hash, Set.of());
    var key = new Key(hash, operation.getName(), isAdmin, shape(operation, variables, known));
    var found = cache.getIfPresent(key);
    return found == null ? compile(key, document, operation, variables) : found;
  }

  private CompiledQuery compile(
      Key key, Document document, OperationDefinition operation, CoercedVariables variables) {
    var fragments = new HashMap<String, FragmentDefinition>();
    document
        .getDefinitionsOfType(FragmentDefinition.class)
        .forEach(fragment -> fragments.put(fragment.getName(), fragment));
    var roots = new ArrayList<CompiledQuery.Root>();
    var dependsOn = new HashSet<String>();
    var fitsOthers = true;
    for (var field : roots(operation, fragments, variables)) {
      var isAsOf = isAsOf(field, variables);
      var compiler =
          new Compiler(
              schema,
              nouns,
              maxPage,
              fragments,
              variables,
              key.isAdmin(),
              isAsOf ? new AsOfFields(nouns, type(field)) : null);
      CompiledField compiled = null;
      CompiledQuery.FallbackReason fallback = null;
      try {
        compiled = compiler.compile(field);
      } catch (NotCompiled e) {
        fallback = e.reason();
        log.debug("the fallback engine resolves {}: {}", field.getResultKey(), e.getMessage());
      } catch (UserInputError e) {
        fallback = CompiledQuery.FallbackReason.INVALID_VALUE;
        fitsOthers = false;
      }
      dependsOn.addAll(compiler.structural());
      fitsOthers &= !compiler.hasNullPosition();
      roots.add(new CompiledQuery.Root(field, compiled, fallback, isAsOf || isStaged(field)));
    }
    var query = CompiledQuery.of(roots);
    if (fitsOthers) {
      remember(key, operation, variables, query, dependsOn);
    }
    return query;
  }

  private void remember(
      Key key,
      OperationDefinition operation,
      CoercedVariables variables,
      CompiledQuery query,
      Set<String> dependsOn) {
    if (structural.size() > 10_000) {
      structural.clear();
      cache.invalidateAll();
    }
    var all = new HashSet<>(structural.getOrDefault(key.document(), Set.of()));
    if (all.addAll(dependsOn)) {
      structural.put(key.document(), Set.copyOf(all));
    }
    cache.put(
        new Key(key.document(), key.operation(), key.isAdmin(), shape(operation, variables, all)),
        query);
  }

  private List<MergedField> roots(
      OperationDefinition operation,
      Map<String, FragmentDefinition> fragments,
      CoercedVariables variables) {
    return COLLECTOR
        .collectFields(
            FieldCollectorParameters.newParameters()
                .schema(schema)
                .objectType(schema.getQueryType())
                .fragments(fragments)
                .variables(variables.toMap())
                .graphQLContext(GraphQLContext.getDefault())
                .build(),
            operation.getSelectionSet())
        .getSubFieldsList();
  }

  private boolean isStaged(MergedField field) {
    var definition = schema.getQueryType().getFieldDefinition(field.getName());
    return definition != null && definition.hasAppliedDirective("staged");
  }

  private String type(MergedField field) {
    var definition = schema.getQueryType().getFieldDefinition(field.getName());
    return GraphQLTypeUtil.<GraphQLNamedType>unwrapAllAs(definition.getType()).getName();
  }

  private boolean isAsOf(MergedField field, CoercedVariables variables) {
    var definition = schema.getQueryType().getFieldDefinition(field.getName());
    return definition != null
        && definition.getArgument(AS_OF) != null
        && new CompiledField.FieldCall(definition.getArguments(), field.getArguments())
                .values(variables)
                .get(AS_OF)
            != null;
  }

  /** The part of the variables that the SQL depends on. */
  private String shape(
      OperationDefinition operation, CoercedVariables variables, Set<String> structural) {
    if (operation.getVariableDefinitions().isEmpty()) {
      return "";
    }
    var text = new StringBuilder();
    for (VariableDefinition definition : operation.getVariableDefinitions()) {
      var name = definition.getName();
      text.append('$').append(name).append('=');
      if (!variables.containsKey(name)) {
        text.append('-');
      } else if (structural.contains(name)) {
        text.append(Canonical.of(variables.get(name)));
      } else {
        shape(type(definition), variables.get(name), text);
      }
    }
    return text.toString();
  }

  private GraphQLInputType type(VariableDefinition definition) {
    var named =
        (GraphQLInputType)
            Objects.requireNonNull(
                schema.getType(TypeInfo.typeInfo(definition.getType()).getName()));
    return named;
  }

  /**
   * Enums and booleans by value, objects by their fields, other values only by whether they are
   * null.
   */
  private static void shape(GraphQLInputType type, @Nullable Object value, StringBuilder text) {
    switch (value) {
      case null -> text.append("null");
      case Boolean truth -> text.append(truth);
      case Map<?, ?> object -> {
        var input = (GraphQLInputObjectType) GraphQLTypeUtil.unwrapAll(type);
        text.append('{');
        new TreeMap<>(object)
            .forEach(
                (name, part) -> {
                  text.append(name).append(':');
                  shape(input.getField(String.valueOf(name)).getType(), part, text);
                  text.append(',');
                });
        text.append('}');
      }
      case List<?> several -> {
        var item =
            GraphQLTypeUtil.unwrapNonNull(type) instanceof GraphQLList list
                ? (GraphQLInputType) list.getWrappedType()
                : type;
        if (GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLInputObjectType) {
          text.append('[');
          several.forEach(each -> shape(item, each, text));
          text.append(']');
        } else {
          text.append("list");
        }
      }
      default -> {
        GraphQLNamedType named = GraphQLTypeUtil.unwrapAll(type);
        text.append(named instanceof GraphQLEnumType ? value : "value");
      }
    }
  }
}
