package dev.operatoranalytics.api.query;

import graphql.ErrorClassification;

/** The {@code extensions.code} of an error. */
public enum ErrorCode implements ErrorClassification {
  /** The request is not valid HTTP or GraphQL. */
  BAD_REQUEST,
  /** The document has a syntax error. */
  SYNTAX_ERROR,
  /** The document does not match the schema. */
  VALIDATION_FAILED,
  /** An argument or variable has an invalid value. */
  BAD_USER_INPUT,
  /** The requested object does not exist. */
  NOT_FOUND,
  /**
   * The request conflicts with the current state, such as a run in progress or one that has ended.
   */
  CONFLICT,
  /** The server does not know a document with this hash: send the whole document once. */
  PERSISTED_QUERY_NOT_FOUND,
  /** The server only executes trusted documents. */
  DOCUMENT_NOT_TRUSTED,
  /** No key, or an unknown key, was sent. */
  UNAUTHENTICATED,
  /** The key does not allow this request. */
  FORBIDDEN,
  /** The Host header names a host that this server does not accept. */
  HOST_NOT_ALLOWED,
  /** The request is longer than allowed. */
  REQUEST_TOO_LARGE,
  /** The request took longer to arrive than allowed. */
  REQUEST_TOO_SLOW,
  /** The document is longer than allowed. */
  DOCUMENT_TOO_LARGE,
  /** The document is nested deeper, or has more aliases or tokens, than allowed. */
  DOCUMENT_TOO_COMPLEX,
  /** The response would contain more objects than allowed: request smaller pages. */
  COST_EXCEEDED,
  /** The client sends more requests per time, or more at once, than allowed. */
  TOO_MANY_REQUESTS,
  /** The socket or event stream has reached its limit of operations in progress. */
  TOO_MANY_SUBSCRIPTIONS,
  /** The client has reached its limit of open sockets and event streams. */
  TOO_MANY_SOCKETS,
  /** The execution took longer than allowed. */
  TIMEOUT,
  /** The database has not reached the version of the header {@code min-version}; retry later. */
  VERSION_NOT_REACHED,
  /** The server is busy or cannot reach its database; retry later. */
  UNAVAILABLE,
  /** An error of the server; {@code errorId} finds it in the log. */
  INTERNAL
}
