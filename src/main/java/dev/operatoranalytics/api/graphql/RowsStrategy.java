package dev.operatoranalytics.api.graphql;

import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Answers lists of plain rows at once instead of field by field: what is selected is compiled once
 * for the list, and the rows write themselves as JSON. A list that loads anything, takes arguments,
 * or has a row that is not as the schema promises goes the ordinary way, errors and all.
 */
final class RowsStrategy extends PassingSelfWriting {
  private static final int LONG_LIST = 5_000;

  RowsStrategy(DataFetcherExceptionHandler faults) {
    super(faults);
  }

  @Override
  protected FieldValueInfo completeValueForList(
      ExecutionContext context, ExecutionStrategyParameters parameters, Iterable<Object> values) {
    if (values instanceof Collection<?> list) {
      Objects.requireNonNull(context.getGraphQLContext().<RequestCharge>get(RequestCharge.class))
          .charge(parameters.getExecutionStepInfo(), list.size());
    }
    if (values instanceof List<Object> rows && !rows.isEmpty()) {
      if (rows.getFirst() instanceof ColumnRows.Piece) {
        return new FieldValueInfo(CompleteValueType.LIST, ColumnRows.rows(rows));
      }
      var list = (GraphQLList) parameters.getExecutionStepInfo().getUnwrappedNonNullType();
      if (GraphQLTypeUtil.unwrapNonNull(list.getWrappedType()) instanceof GraphQLObjectType type) {
        var plan =
            RowPlan.of(context, fieldCollector, Objects.requireNonNull(parameters.getField()), type)
                .orElse(null);
        if (plan != null && rows.stream().allMatch(plan::fits)) {
          return new FieldValueInfo(
              CompleteValueType.LIST, new Rows(rows, plan, rows.size() > LONG_LIST));
        }
      }
    }
    return super.completeValueForList(context, parameters, values);
  }
}
