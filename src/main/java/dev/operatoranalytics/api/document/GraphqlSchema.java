package dev.operatoranalytics.api.document;

import static graphql.schema.idl.TypeRuntimeWiring.newTypeWiring;

import dev.operatoranalytics.api.query.CompiledQueries;
import dev.operatoranalytics.api.query.Declarations;
import dev.operatoranalytics.api.query.NounFetchers;
import dev.operatoranalytics.api.query.Nouns;
import dev.operatoranalytics.api.query.RowLoader;
import dev.operatoranalytics.chain.Sha256;
import graphql.language.InterfaceTypeDefinition;
import graphql.language.UnionTypeDefinition;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.TypeResolver;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.SchemaPrinter;
import graphql.schema.idl.TypeDefinitionRegistry;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code schema.graphqls} with a fetcher for every field. */
@Singleton
public final class GraphqlSchema {
  private final GraphQLSchema schema;
  private final Nouns nouns;
  private final CompiledQueries compiled;
  private final Set<FieldCoordinates> timeDependent;
  private final Set<String> streamed;
  private final Map<String, AsOf> asOfFields;
  private final String text;
  private final String hash;

  GraphqlSchema(
      Declarations declarations,
      List<Wiring> wirings,
      @Named("api") JdbcOperations jdbc,
      Clock clock,
      ApiSettings settings) {
    var definitions = read();
    this.nouns = new Nouns(definitions, declarations.nouns());
    var loader = new RowLoader(jdbc, nouns, settings.maxPage(), clock);
    var fields =
        new ResolverRegistry(
            definitions, nouns, new NounFetchers(nouns, loader, settings.maxPage()));
    wirings.forEach(each -> each.wire(fields));
    var code = GraphQLCodeRegistry.newCodeRegistry();
    fields.answers().forEach(code::dataFetcher);
    TypeResolver resolver =
        env ->
            env.getSchema()
                .getObjectType(
                    fields.typeOf(
                        Objects.requireNonNull(env.<Object>getObject()), name(env.getFieldType())));
    var wiring = RuntimeWiring.newRuntimeWiring().codeRegistry(code);
    for (var type : definitions.getTypes(InterfaceTypeDefinition.class)) {
      wiring.type(newTypeWiring(type.getName()).typeResolver(resolver));
    }
    for (var type : definitions.getTypes(UnionTypeDefinition.class)) {
      wiring.type(newTypeWiring(type.getName()).typeResolver(resolver));
    }
    Scalars.ALL.forEach(wiring::scalar);
    this.schema = new SchemaGenerator().makeExecutableSchema(definitions, wiring.build());
    this.compiled = new CompiledQueries(schema, nouns, settings.maxPage());
    this.timeDependent = fields.timeDependent();
    this.streamed = fields.streamed();
    this.asOfFields = fields.asOfFields();
    this.text = new SchemaPrinter(printed()).print(schema);
    this.hash = Sha256.of(text);
  }

  public GraphQLSchema executable() {
    return schema;
  }

  Nouns nouns() {
    return nouns;
  }

  CompiledQueries compiled() {
    return compiled;
  }

  /** Root fields that support {@code asOf}. */
  Map<String, AsOf> asOfFields() {
    return asOfFields;
  }

  /** Fields whose value changes with time. */
  Set<FieldCoordinates> timeDependent() {
    return timeDependent;
  }

  /** Root fields that are streamed, and depend on epochs only. */
  public Set<String> streamed() {
    return streamed;
  }

  /** The schema language, for clients and tools. */
  public String text() {
    return text;
  }

  public String hash() {
    return hash;
  }

  private static String name(GraphQLType type) {
    return ((GraphQLNamedType) type).getName();
  }

  private static SchemaPrinter.Options printed() {
    return SchemaPrinter.Options.defaultOptions()
        .includeScalarTypes(true)
        .includeDirectiveDefinitions(false);
  }

  private static TypeDefinitionRegistry read() {
    try (var file =
        new InputStreamReader(
            Objects.requireNonNull(
                GraphqlSchema.class.getResourceAsStream("/schema.graphqls"),
                "schema.graphqls is not on the class path"),
            StandardCharsets.UTF_8)) {
      return new SchemaParser().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
