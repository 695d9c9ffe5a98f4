import { graphql } from 'relay-runtime';

export const row = graphql`
  fragment Operators_row on Operator {
    address
    metadata { name }
    state { tvsUsd activeDelegators }
  }
`;

export const list = graphql`
  fragment Operators_list on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 25 }, cursor: { type: "String" }, where: { type: "OperatorFilter" })
  @refetchable(queryName: "OperatorsPaginationQuery") {
    operators(first: $count, after: $cursor, where: $where) @connection(key: "Operators_operators") {
      edges { node { id ...Operators_row } }
    }
  }
`;

export const query = graphql`
  query OperatorsQuery {
    ...Operators_list
  }
`;

export const delegators = graphql`
  fragment Operators_delegators on Operator
  @argumentDefinitions(count: { type: "Int", defaultValue: 25 }, cursor: { type: "String" })
  @refetchable(queryName: "OperatorDelegatorsPaginationQuery") {
    delegators(first: $count, after: $cursor) @connection(key: "Operators_delegators") {
      edges { node { isActive tvsUsd delegator { address } } }
    }
  }
`;
