package dev.operatoranalytics.api.graphql;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.schema.GraphQLObjectType;

/** Leaves objects as they are that write themselves, or whose fields are answered already. */
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
    return switch (value) {
      case SelfWriting object -> object;
      case Past.Completed(var fields) -> fields;
      default -> super.completeValueForObject(context, parameters, type, value);
    };
  }
}
