package dev.operatoranalytics.api.document;

import dev.operatoranalytics.api.query.RawJson;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import java.util.Collection;
import java.util.Objects;

/** The execution strategy of the fallback engine; completed values are not completed again. */
final class RawJsonStrategy extends AsyncExecutionStrategy {

  RawJsonStrategy(DataFetcherExceptionHandler errorMapper) {
    super(errorMapper);
  }

  @Override
  protected FieldValueInfo completeValue(
      ExecutionContext context, ExecutionStrategyParameters parameters) {
    return switch (parameters.getSource()) {
      case RawJson json -> new FieldValueInfo(CompleteValueType.OBJECT, json);
      case StreamedObject object -> new FieldValueInfo(CompleteValueType.OBJECT, object);
      case AsOfExecution.Completed(var fields) ->
          new FieldValueInfo(CompleteValueType.OBJECT, fields);
      case null, default -> super.completeValue(context, parameters);
    };
  }

  @Override
  protected FieldValueInfo completeValueForList(
      ExecutionContext context, ExecutionStrategyParameters parameters, Iterable<Object> values) {
    if (values instanceof Collection<?> list) {
      Objects.requireNonNull(context.getGraphQLContext().<RequestCharge>get(RequestCharge.class))
          .charge(parameters.getExecutionStepInfo(), list.size());
    }
    return super.completeValueForList(context, parameters, values);
  }
}
