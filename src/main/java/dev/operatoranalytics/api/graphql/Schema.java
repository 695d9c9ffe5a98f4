package dev.operatoranalytics.api.graphql;

import static graphql.schema.idl.TypeRuntimeWiring.newTypeWiring;

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
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** {@code schema.graphqls} with an answer to every field. */
@Singleton
final class Schema {
  private final GraphQLSchema schema;
  private final Set<FieldCoordinates> byClock;
  private final Set<String> selfWriting;
  private final String text;
  private final String hash;

  Schema(List<Wiring> nouns, ApiSettings settings) {
    var definitions = read();
    var fields = new Fields(definitions, settings.greatestPage(), settings.plainRows());
    nouns.forEach(noun -> noun.wire(fields));
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
    this.byClock = fields.byClock();
    this.selfWriting = fields.selfWriting();
    this.text = new SchemaPrinter(printed()).print(schema);
    this.hash = Sha256.of(text);
  }

  GraphQLSchema executable() {
    return schema;
  }

  /** Fields whose answer changes as time goes by. */
  Set<FieldCoordinates> byClock() {
    return byClock;
  }

  /** Fields of the query whose answer writes itself, and follows from epochs alone. */
  Set<String> selfWriting() {
    return selfWriting;
  }

  /** As clients and their tools read it. */
  String text() {
    return text;
  }

  String hash() {
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
                Schema.class.getResourceAsStream("/schema.graphqls"),
                "schema.graphqls is not on the class path"),
            StandardCharsets.UTF_8)) {
      return new SchemaParser().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
