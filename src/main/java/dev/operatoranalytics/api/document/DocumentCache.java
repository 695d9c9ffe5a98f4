package dev.operatoranalytics.api.document;

import static graphql.schema.FieldCoordinates.coordinates;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.operatoranalytics.api.query.ErrorCode;
import dev.operatoranalytics.api.query.UserInputError;
import dev.operatoranalytics.chain.Sha256;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.ParseAndValidate;
import graphql.execution.TypeFromAST;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.VariableDefinition;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.validation.GoodFaithIntrospectionExceeded;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Parses and validates each document once. Invalid documents are cached too, so that repeating one
 * costs a lookup only.
 */
@Singleton
public final class DocumentCache implements PreparsedDocumentProvider {
  private static final long MAX_WEIGHT = 32L << 20;
  private static final int WEIGHT_OF_CHARACTER = 20;
  private static final int MAX_PERSISTED_CHARACTERS = 8 << 20;
  private static final int LONG_BYTES = 4_000;
  private static final Set<String> WITHOUT_DATA = Set.of("__typename", "__schema", "__type");

  private final GraphqlSchema schema;
  private final ApiSettings settings;
  private final LimitSettings limits;
  private final @Nullable Map<String, String> trusted;
  private final Semaphore longValidations =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  private final Cache<String, ValidatedDocument> validated =
      Caffeine.newBuilder()
          .maximumWeight(MAX_WEIGHT)
          .weigher(
              (String text, ValidatedDocument document) ->
                  WEIGHT_OF_CHARACTER * (text.length() + 100))
          .build();
  private final Cache<String, String> persisted =
      Caffeine.newBuilder()
          .maximumWeight(MAX_PERSISTED_CHARACTERS)
          .weigher((String hash, String text) -> hash.length() + text.length())
          .build();

  /**
   * A parsed and validated document.
   *
   * @param document null when it cannot be parsed
   * @param needsData whether it selects more than introspection
   * @param dependsOnClock whether its response changes without new data
   * @param costs known estimates of its cost
   */
  public record ValidatedDocument(
      String text,
      String hash,
      @Nullable Document document,
      PreparsedDocumentEntry entry,
      boolean needsData,
      boolean dependsOnClock,
      Cost.Estimates costs) {

    /** Whether it may contain {@code asOf}. */
    boolean mayUseAsOf() {
      return text.contains(AsOfExecution.AS_OF);
    }

    /** The root fields of one operation, including fragments. */
    public Set<String> rootFields(@Nullable String name) {
      var found = new HashSet<String>();
      if (document != null && !entry.hasErrors()) {
        definition(name)
            .ifPresent(operation -> collect(operation.getSelectionSet(), document, found));
      }
      return found;
    }

    private static void collect(SelectionSet selections, Document document, Set<String> into) {
      for (Object selection : selections.getSelections()) {
        switch (selection) {
          case Field field -> into.add(field.getName());
          case InlineFragment fragment -> collect(fragment.getSelectionSet(), document, into);
          case FragmentSpread spread ->
              document.getDefinitionsOfType(FragmentDefinition.class).stream()
                  .filter(fragment -> fragment.getName().equals(spread.getName()))
                  .forEach(fragment -> collect(fragment.getSelectionSet(), document, into));
          default -> throw new IllegalStateException("no selection: " + selection);
        }
      }
    }

    /** Errors in the values of variables. */
    List<GraphQLError> problems(GraphqlRequest request, GraphQLSchema schema) {
      return definition(request.operationName()).stream()
          .flatMap(operation -> operation.getVariableDefinitions().stream())
          .flatMap(
              variable ->
                  problem(variable, request.variables(), schema).stream()
                      .map(problem -> error(variable, problem)))
          .toList();
    }

    private static GraphQLError error(VariableDefinition variable, String problem) {
      return ErrorMapper.withCode(
          GraphQLError.newError()
              .message("%s", problem)
              .location(variable.getSourceLocation())
              .build(),
          ErrorCode.BAD_USER_INPUT);
    }

    private static Optional<String> problem(
        VariableDefinition variable, Map<String, @Nullable Object> given, GraphQLSchema schema) {
      var type = TypeFromAST.getTypeFromAST(schema, variable.getType());
      var name = "$" + variable.getName();
      if (type == null || !given.containsKey(variable.getName())) {
        return type != null && GraphQLTypeUtil.isNonNull(type) && variable.getDefaultValue() == null
            ? Optional.of(
                "%s is missing: it is %s".formatted(name, GraphQLTypeUtil.simplePrint(type)))
            : Optional.empty();
      }
      return InputValues.problem(
          name, InputValues.literal(given.get(variable.getName())), type, true);
    }

    boolean isMutation(@Nullable String name) {
      return operation(name) == Operation.MUTATION;
    }

    <T extends Definition<T>> List<T> definitions(Class<T> kind) {
      return document == null ? List.of() : document.getDefinitionsOfType(kind);
    }

    /** The kind of the operation; null when the name does not select one. */
    public @Nullable Operation operation(@Nullable String name) {
      return definition(name).map(OperationDefinition::getOperation).orElse(null);
    }

    /** The name of the operation; null when it has none. */
    @Nullable String operationName(@Nullable String name) {
      return definition(name).map(OperationDefinition::getName).orElse(null);
    }

    /** Empty when no operation has the name, or several operations and no name are given. */
    Optional<OperationDefinition> definition(@Nullable String name) {
      var operations = definitions(OperationDefinition.class);
      if (name == null || name.isEmpty()) {
        return operations.size() == 1 ? Optional.of(operations.getFirst()) : Optional.empty();
      }
      return operations.stream().filter(each -> name.equals(each.getName())).findFirst();
    }
  }

  DocumentCache(GraphqlSchema schema, ApiSettings settings, LimitSettings limits) {
    this.schema = schema;
    this.limits = limits;
    // a global setting of graphql-java; there is one server per process
    ParserOptions.setDefaultOperationParserOptions(
        ParserOptions.getDefaultOperationParserOptions()
            .transform(options -> options.maxTokens(limits.tokens())));
    this.settings = settings;
    this.trusted =
        settings.trustedDocuments() == null ? null : readAll(Path.of(settings.trustedDocuments()));
  }

  /** The document of a request, by its text or hash. */
  public ValidatedDocument find(GraphqlRequest request) {
    var text = request.query() == null ? byHash(request) : request.query();
    var length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > settings.maxDocument()) {
      throw new RequestRejected(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.DOCUMENT_TOO_LARGE,
          "a document has at most %,d bytes, not %,d".formatted(settings.maxDocument(), length));
    }
    var document = validated.getIfPresent(text);
    if (document == null) {
      document = length < LONG_BYTES ? validated.get(text, this::validate) : validateInTurn(text);
    }
    if (trusted != null && !trusted.containsKey(document.hash())) {
      throw notTrusted();
    }
    if (request.query() != null && request.hash() != null && trusted == null) {
      if (!document.hash().equals(request.hash().toLowerCase(Locale.ROOT))) {
        throw RequestRejected.malformed("the hash is not the SHA-256 of the query");
      }
      persisted.put(document.hash(), text);
    }
    return document;
  }

  /** A document that this server made from one that it has accepted. */
  ValidatedDocument derived(String text) {
    return validated.get(text, this::validate);
  }

  private String byHash(GraphqlRequest request) {
    var hash = Objects.requireNonNull(request.hash()).toLowerCase(Locale.ROOT);
    if (trusted != null) {
      var text = trusted.get(hash);
      if (text == null) {
        throw notTrusted();
      }
      return text;
    }
    var text = persisted.getIfPresent(hash);
    if (text == null) {
      // clients send the document when they receive exactly this message
      throw new RequestRejected(
          HttpStatus.OK, ErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound");
    }
    return text;
  }

  private static RequestRejected notTrusted() {
    return new RequestRejected(
        HttpStatus.FORBIDDEN,
        ErrorCode.DOCUMENT_NOT_TRUSTED,
        "only trusted documents are executed here: ask the operator of this server to add yours");
  }

  @Override
  public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
      ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
    PreparsedDocumentEntry given = input.getGraphQLContext().get(PreparsedDocumentEntry.class);
    return CompletableFuture.completedFuture(
        given == null ? validated.get(input.getQuery(), this::validate).entry() : given);
  }

  /** Validates at most half as many long documents at once as there are processors. */
  private ValidatedDocument validateInTurn(String text) {
    try {
      if (longValidations.tryAcquire(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          return validated.get(text, this::validate);
        } finally {
          longValidations.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw RequestRejected.busy("too many long documents are being validated");
  }

  private ValidatedDocument validate(String text) {
    var hash = Sha256.of(text);
    var parsed =
        ParseAndValidate.parse(ExecutionInput.newExecutionInput(text).locale(Locale.ROOT).build());
    var document = parsed.getDocument();
    if (parsed.isFailure() || document == null) {
      var code =
          parsed.getSyntaxException() instanceof ParseCancelledException
              ? ErrorCode.DOCUMENT_TOO_COMPLEX
              : ErrorCode.SYNTAX_ERROR;
      return rejected(text, hash, null, parsed.getErrors(), code);
    }
    // checked before validation, whose duration grows with complexity
    var exceeded = Complexity.of(document).exceeded(limits);
    if (exceeded != null) {
      return rejected(
          text, hash, null, List.of(new UserInputError(exceeded)), ErrorCode.DOCUMENT_TOO_COMPLEX);
    }
    try {
      var invalid = ParseAndValidate.validate(schema.executable(), document, Locale.ROOT);
      if (!invalid.isEmpty()) {
        var errors = ValidationMessages.rewritten(schema.executable(), document, invalid);
        return rejected(text, hash, document, errors, ErrorCode.VALIDATION_FAILED);
      }
    } catch (GoodFaithIntrospectionExceeded e) {
      var error =
          new UserInputError(
              "the document introspects the schema more than once: read /graphql/schema");
      return rejected(text, hash, document, List.of(error), ErrorCode.DOCUMENT_TOO_COMPLEX);
    }
    return new ValidatedDocument(
        text,
        hash,
        document,
        new PreparsedDocumentEntry(document),
        needsData(document),
        dependsOnClock(document),
        new Cost.Estimates());
  }

  private static ValidatedDocument rejected(
      String text,
      String hash,
      @Nullable Document document,
      List<? extends GraphQLError> errors,
      ErrorCode code) {
    var coded = errors.stream().map(error -> ErrorMapper.withCode(error, code)).toList();
    return new ValidatedDocument(
        text,
        hash,
        document,
        new PreparsedDocumentEntry(coded),
        false,
        false,
        new Cost.Estimates());
  }

  private static boolean needsData(Document document) {
    return document.getDefinitionsOfType(OperationDefinition.class).stream()
        .flatMap(operation -> operation.getSelectionSet().getSelections().stream())
        .anyMatch(
            selection ->
                !(selection instanceof Field field && WITHOUT_DATA.contains(field.getName())));
  }

  private boolean dependsOnClock(Document document) {
    return document.getDefinitionsOfType(OperationDefinition.class).stream()
            .anyMatch(
                operation ->
                    operation.getOperation() == Operation.QUERY
                        && dependsOnClock(
                            operation.getSelectionSet(), schema.executable().getQueryType()))
        || document.getDefinitionsOfType(FragmentDefinition.class).stream()
            .anyMatch(
                fragment ->
                    dependsOnClock(
                        fragment.getSelectionSet(), type(fragment.getTypeCondition().getName())));
  }

  private boolean dependsOnClock(@Nullable SelectionSet selections, GraphQLType type) {
    if (selections == null) {
      return false;
    }
    for (Selection<?> selection : selections.getSelections()) {
      if (selection instanceof InlineFragment fragment) {
        var condition = fragment.getTypeCondition();
        if (dependsOnClock(
            fragment.getSelectionSet(), condition == null ? type : type(condition.getName()))) {
          return true;
        }
      } else if (selection instanceof Field field
          && type instanceof GraphQLFieldsContainer parent
          && parent.getFieldDefinition(field.getName()) != null) {
        if (schema.timeDependent().contains(coordinates(parent.getName(), field.getName()))
            || dependsOnClock(
                field.getSelectionSet(),
                GraphQLTypeUtil.unwrapAll(parent.getFieldDefinition(field.getName()).getType()))) {
          return true;
        }
      }
    }
    return false;
  }

  private GraphQLType type(String name) {
    return Objects.requireNonNull(schema.executable().getType(name), name);
  }

  private static Map<String, String> readAll(Path directory) {
    var texts = new HashMap<String, String>();
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(each -> each.toString().endsWith(".graphql")).toList()) {
        var text = Files.readString(file);
        texts.put(Sha256.of(text), text);
        texts.put(Sha256.of(text.strip()), text.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "operator-analytics.api.trusted-documents: cannot read " + directory, e);
    }
    return Map.copyOf(texts);
  }
}
