package dev.operatoranalytics.api.graphql;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.schema.GraphQLObjectType;

/** Leaves objects that write themselves as they are. */
class PassingSelfWriting extends AsyncExecutionStrategy {

  PassingSelfWriting(DataFetcherExceptionHandler faults) {
    super(faults);
  }

  @Override
  protected Object completeValueForObject(
      ExecutionContext context,
      ExecutionStrategyParameters parameters,
      GraphQLObjectType type,
      Object value) {
    return value instanceof SelfWriting
        ? value
        : super.completeValueForObject(context, parameters, type, value);
  }
}
