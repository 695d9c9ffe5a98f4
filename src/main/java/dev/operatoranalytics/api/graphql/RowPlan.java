package dev.operatoranalytics.api.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.operatoranalytics.api.graphql.Scalars.TextScalar;
import graphql.execution.ExecutionContext;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.schema.Coercing;
import graphql.schema.CoercingSerializeException;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLTypeUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the rows of one list are written: what is selected of them, aliases and fragments solved. */
final class RowPlan implements RowWriter {
  private static final Map<GraphQLScalarType, Class<?>> SAME_IN_JSON =
      Map.of(
          graphql.Scalars.GraphQLString, String.class,
          graphql.Scalars.GraphQLID, String.class,
          graphql.Scalars.GraphQLBoolean, Boolean.class,
          graphql.Scalars.GraphQLInt, Integer.class);

  private final Cell[] cells;

  private RowPlan(List<Cell> cells) {
    this.cells = cells.toArray(Cell[]::new);
  }

  /** One field of a row. */
  private record Cell(
      SerializableString key,
      Function<Object, @Nullable Object> value,
      boolean isRequired,
      Form form) {}

  /** How a value of one type becomes JSON. */
  private sealed interface Form {
    boolean fits(Object value);

    void write(Object value, JsonGenerator json) throws IOException;
  }

  /** A scalar whose Java value is its JSON value. */
  private record Same(Class<?> type) implements Form {
    @Override
    public boolean fits(Object value) {
      return value.getClass() == type;
    }

    @Override
    public void write(Object value, JsonGenerator json) throws IOException {
      Json.write(value, json);
    }
  }

  /** A scalar or enum that is brought into form by the schema. */
  private record Formed(Function<Object, @Nullable Object> format) implements Form {
    @Override
    public boolean fits(Object value) {
      try {
        return format.apply(value) != null;
      } catch (CoercingSerializeException e) {
        return false;
      }
    }

    @Override
    public void write(Object value, JsonGenerator json) throws IOException {
      Json.write(format.apply(value), json);
    }
  }

  /** A scalar of ours, whose values of the right class cannot fail. */
  private record Text(TextScalar scalar) implements Form {
    @Override
    public boolean fits(Object value) {
      return scalar.takes(value);
    }

    @Override
    public void write(Object value, JsonGenerator json) throws IOException {
      json.writeString(scalar.text(value));
    }
  }

  /** A row in a row. */
  private record Nested(RowPlan plan) implements Form {
    @Override
    public boolean fits(Object value) {
      return plan.fits(value);
    }

    @Override
    public void write(Object value, JsonGenerator json) throws IOException {
      plan.write(value, json);
    }
  }

  /** Empty when a selected field is not plain: has arguments, loads, or is itself a list. */
  static Optional<RowPlan> of(
      ExecutionContext context,
      FieldCollector collector,
      MergedField field,
      GraphQLObjectType type) {
    var selected =
        collector.collectFields(
            FieldCollectorParameters.newParameters()
                .schema(context.getGraphQLSchema())
                .objectType(type)
                .fragments(context.getFragmentsByName())
                .variables(context.getCoercedVariables().toMap())
                .graphQLContext(context.getGraphQLContext())
                .build(),
            field);
    var cells = new ArrayList<Cell>();
    for (var each : selected.getSubFieldsList()) {
      var cell = cell(context, collector, each, type);
      if (cell == null) {
        return Optional.empty();
      }
      cells.add(cell);
    }
    return Optional.of(new RowPlan(cells));
  }

  /** Whether a row can be written whole, every value as the schema promises. */
  boolean fits(@Nullable Object row) {
    if (row == null) {
      return false;
    }
    try {
      for (var cell : cells) {
        var value = cell.value.apply(row);
        if (value == null ? cell.isRequired : !cell.form.fits(value)) {
          return false;
        }
      }
      return true;
    } catch (RuntimeException e) {
      return false; // the ordinary way meets it again, and tells it
    }
  }

  @Override
  public void write(Object row, JsonGenerator json, OutputStream output) throws IOException {
    write(row, json);
  }

  private void write(Object row, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (var cell : cells) {
      json.writeFieldName(cell.key);
      var value = cell.value.apply(row);
      if (value == null) {
        json.writeNull();
      } else {
        cell.form.write(value, json);
      }
    }
    json.writeEndObject();
  }

  private static @Nullable Cell cell(
      ExecutionContext context,
      FieldCollector collector,
      MergedField field,
      GraphQLObjectType type) {
    var key = new SerializedString(field.getResultKey());
    if (field.getName().equals("__typename")) {
      return new Cell(key, row -> type.getName(), true, new Same(String.class));
    }
    var definition = type.getFieldDefinition(field.getName());
    if (definition == null || !definition.getArguments().isEmpty()) {
      return null;
    }
    var fetcher =
        context
            .getGraphQLSchema()
            .getCodeRegistry()
            .getDataFetcher(
                FieldCoordinates.coordinates(type.getName(), field.getName()), definition);
    if (!(fetcher instanceof Plain plain)) {
      return null;
    }
    var form = form(context, collector, field, definition.getType());
    return form == null
        ? null
        : new Cell(key, plain.answer(), GraphQLTypeUtil.isNonNull(definition.getType()), form);
  }

  private static @Nullable Form form(
      ExecutionContext context,
      FieldCollector collector,
      MergedField field,
      GraphQLOutputType type) {
    return switch (GraphQLTypeUtil.unwrapNonNull(type)) {
      case GraphQLScalarType scalar -> scalar(scalar, context);
      case GraphQLEnumType set ->
          new Formed(
              value -> set.serialize(value, context.getGraphQLContext(), context.getLocale()));
      case GraphQLObjectType object ->
          of(context, collector, field, object).map(Nested::new).orElse(null);
      default -> null;
    };
  }

  private static Form scalar(GraphQLScalarType scalar, ExecutionContext context) {
    var same = SAME_IN_JSON.get(scalar);
    if (same != null) {
      return new Same(same);
    }
    Coercing<?, ?> coercing = scalar.getCoercing();
    return coercing instanceof TextScalar ours
        ? new Text(ours)
        : new Formed(
            value -> coercing.serialize(value, context.getGraphQLContext(), context.getLocale()));
  }
}
