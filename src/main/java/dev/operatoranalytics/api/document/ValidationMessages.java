package dev.operatoranalytics.api.document;

import graphql.GraphQLError;
import graphql.execution.TypeFromAST;
import graphql.introspection.Introspection;
import graphql.language.Argument;
import graphql.language.Definition;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.language.SourceLocation;
import graphql.language.TypeName;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.idl.TypeUtil;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorClassification;
import graphql.validation.ValidationErrorType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites validation messages in terms of GraphQL, with suggestions for names. graphql-java finds
 * the errors, but its messages contain names of its classes.
 */
final class ValidationMessages {
  private static final Pattern BEGINNING =
      Pattern.compile("^Validation [Ee]rror \\([^)]*\\) ?: ", Pattern.DOTALL);

  private final GraphQLSchema schema;
  private final Document document;
  private final Set<Place> places;
  private final Map<Place, String> messages = new HashMap<>();

  /** The kind and location of an error. */
  private record Place(
      @Nullable ValidationErrorClassification kind, @Nullable SourceLocation location) {}

  private ValidationMessages(GraphQLSchema schema, Document document, Set<Place> places) {
    this.schema = schema;
    this.document = document;
    this.places = places;
  }

  /** The same errors with rewritten messages. */
  static List<GraphQLError> rewritten(
      GraphQLSchema schema, Document document, List<ValidationError> errors) {
    var places = errors.stream().map(ValidationMessages::place).collect(Collectors.toSet());
    var found = new ValidationMessages(schema, document, places);
    document.getDefinitions().forEach(found::visit);
    return errors.stream()
        .<GraphQLError>map(
            error ->
                GraphQLError.newError()
                    .message("%s", found.message(error))
                    .locations(Objects.requireNonNullElse(error.getLocations(), List.of()))
                    .build())
        .toList();
  }

  private static Place place(ValidationError error) {
    var locations = error.getLocations();
    return new Place(
        error.getValidationErrorType(),
        locations == null || locations.isEmpty() ? null : locations.getFirst());
  }

  private String message(ValidationError error) {
    var ours = messages.get(place(error));
    if (ours != null) {
      return ours;
    }
    return switch (error.getValidationErrorType()) {
      // their messages contain values as printed by Java classes
      case ValidationErrorType.WrongType,
          ValidationErrorType.BadValueForDefaultArg,
          ValidationErrorType.NullValueForNonNullArgument ->
          "A value is not of the type that is expected here";
      case null, default -> BEGINNING.matcher(error.getMessage()).replaceFirst("");
    };
  }

  /** Adds a message where an error was found, for the first of its kind at a location. */
  private void note(ValidationErrorType kind, Node<?> node, Supplier<@Nullable String> message) {
    var place = new Place(kind, node.getSourceLocation());
    if (places.contains(place) && !messages.containsKey(place)) {
      var text = message.get();
      if (text != null) {
        messages.put(place, text);
      }
    }
  }

  private void visit(Definition<?> definition) {
    switch (definition) {
      case OperationDefinition operation -> {
        var root =
            switch (operation.getOperation()) {
              case QUERY -> schema.getQueryType();
              case MUTATION -> schema.getMutationType();
              case SUBSCRIPTION -> schema.getSubscriptionType();
            };
        operation.getVariableDefinitions().forEach(this::visit);
        visitDirectives(operation);
        visit(operation.getSelectionSet(), root);
      }
      case FragmentDefinition fragment -> {
        visit(fragment.getTypeCondition());
        visitDirectives(fragment);
        visit(fragment.getSelectionSet(), type(fragment.getTypeCondition()));
      }
      default -> {}
    }
  }

  private void visit(VariableDefinition variable) {
    var name = TypeUtil.unwrapAll(variable.getType());
    visit(name);
    visitDirectives(variable);
    var type = inputType(variable);
    var value = variable.getDefaultValue();
    if (type != null && value != null) {
      note(
          ValidationErrorType.BadValueForDefaultArg,
          variable,
          () -> problem("$" + variable.getName(), value, type));
    }
  }

  private @Nullable GraphQLInputType inputType(VariableDefinition variable) {
    var type = TypeFromAST.getTypeFromAST(schema, variable.getType());
    return type instanceof GraphQLInputType input ? input : null;
  }

  private void visit(TypeName type) {
    note(
        ValidationErrorType.UnknownType,
        type,
        () ->
            "There is no type '%s'%s"
                .formatted(
                    type.getName(),
                    didYouMean(
                        type.getName(),
                        schema.getAllTypesAsList().stream()
                            .map(GraphQLNamedType::getName)
                            .filter(name -> !Introspection.isIntrospectionTypes(name))
                            .toList())));
  }

  private @Nullable GraphQLType type(@Nullable TypeName name) {
    return name == null ? null : schema.getType(name.getName());
  }

  private void visit(@Nullable SelectionSet selections, @Nullable GraphQLType type) {
    if (selections == null) {
      return;
    }
    for (Object selection : selections.getSelections()) {
      switch (selection) {
        case Field field -> visit(field, type);
        case InlineFragment fragment -> {
          if (fragment.getTypeCondition() != null) {
            visit(fragment.getTypeCondition());
          }
          visitDirectives(fragment);
          visit(
              fragment.getSelectionSet(),
              fragment.getTypeCondition() == null ? type : type(fragment.getTypeCondition()));
        }
        case FragmentSpread spread -> {
          visitDirectives(spread);
          note(
              ValidationErrorType.UndefinedFragment,
              spread,
              () ->
                  "There is no fragment '%s'%s"
                      .formatted(
                          spread.getName(),
                          didYouMean(
                              spread.getName(),
                              document.getDefinitionsOfType(FragmentDefinition.class).stream()
                                  .map(FragmentDefinition::getName)
                                  .toList())));
        }
        default -> {}
      }
    }
  }

  private void visit(Field field, @Nullable GraphQLType parent) {
    visitDirectives(field);
    var definition = definition(field, parent);
    if (definition == null) {
      if (parent instanceof GraphQLNamedType type) {
        note(
            ValidationErrorType.FieldUndefined,
            field,
            () ->
                "%s has no field '%s'%s"
                    .formatted(type.getName(), field.getName(), similar(field, parent)));
      }
      visit(field.getSelectionSet(), null);
      return;
    }
    var of = "field '" + field.getName() + "'";
    visitArguments(of, field.getArguments(), definition.getArguments());
    note(
        ValidationErrorType.MissingFieldArgument,
        field,
        () -> missing(of, field.getArguments(), definition.getArguments()));
    visit(field.getSelectionSet(), GraphQLTypeUtil.unwrapAll(definition.getType()));
  }

  private @Nullable GraphQLFieldDefinition definition(Field field, @Nullable GraphQLType parent) {
    var isOfQuery = schema.getQueryType().equals(parent);
    return switch (field.getName()) {
      case "__typename" -> schema.getIntrospectionTypenameFieldDefinition();
      case String name when isOfQuery && name.equals("__schema") ->
          schema.getIntrospectionSchemaFieldDefinition();
      case String name when isOfQuery && name.equals("__type") ->
          schema.getIntrospectionTypeFieldDefinition();
      case String name when parent instanceof GraphQLFieldsContainer type ->
          type.getFieldDefinition(name);
      default -> null;
    };
  }

  private static String similar(Field field, GraphQLType parent) {
    return parent instanceof GraphQLFieldsContainer type
        ? didYouMean(
            field.getName(),
            type.getFieldDefinitions().stream().map(GraphQLFieldDefinition::getName).toList())
        : "";
  }

  private void visitDirectives(DirectivesContainer<?> container) {
    for (Directive directive : container.getDirectives()) {
      var definition = schema.getDirective(directive.getName());
      if (definition == null) {
        note(
            ValidationErrorType.UnknownDirective,
            directive,
            () ->
                "There is no directive '@%s'%s"
                    .formatted(
                        directive.getName(),
                        didYouMean(
                            "@" + directive.getName(),
                            schema.getDirectives().stream()
                                .map(known -> "@" + known.getName())
                                .toList())));
      } else {
        var of = "directive '@" + directive.getName() + "'";
        visitArguments(of, directive.getArguments(), definition.getArguments());
        note(
            ValidationErrorType.MissingDirectiveArgument,
            directive,
            () -> missing(of, directive.getArguments(), definition.getArguments()));
      }
    }
  }

  /**
   * @param of what takes the arguments
   */
  private void visitArguments(String of, List<Argument> given, List<GraphQLArgument> known) {
    for (var argument : given) {
      var definition =
          known.stream()
              .filter(each -> each.getName().equals(argument.getName()))
              .findFirst()
              .orElse(null);
      if (definition == null) {
        note(
            ValidationErrorType.UnknownArgument,
            argument,
            () ->
                "The %s has no argument '%s'%s"
                    .formatted(
                        of,
                        argument.getName(),
                        didYouMean(
                            argument.getName(),
                            known.stream().map(GraphQLArgument::getName).toList())));
      } else {
        Supplier<@Nullable String> problem =
            () -> problem(argument.getName(), argument.getValue(), definition.getType());
        note(ValidationErrorType.WrongType, argument, problem);
        note(ValidationErrorType.NullValueForNonNullArgument, argument, problem);
      }
    }
  }

  private static @Nullable String missing(
      String of, List<Argument> given, Collection<GraphQLArgument> known) {
    var names =
        given.stream().map(Argument::getName).collect(Collectors.toCollection(HashSet::new));
    return known.stream()
        .filter(
            argument ->
                GraphQLTypeUtil.isNonNull(argument.getType())
                    && !argument.hasSetDefaultValue()
                    && !names.contains(argument.getName()))
        .findFirst()
        .map(
            argument ->
                "The %s needs the argument '%s', which is %s"
                    .formatted(
                        of, argument.getName(), GraphQLTypeUtil.simplePrint(argument.getType())))
        .orElse(null);
  }

  private static @Nullable String problem(String name, Value<?> value, GraphQLType type) {
    return InputValues.problem(name, value, type, false).orElse(null);
  }

  private static String didYouMean(String given, Collection<String> names) {
    return Suggestions.didYouMean(given, names);
  }
}
