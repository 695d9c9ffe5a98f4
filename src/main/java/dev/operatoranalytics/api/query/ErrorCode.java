package dev.operatoranalytics.api.query;

import graphql.ErrorClassification;

/** The {@code extensions.code} of an error. */
public enum ErrorCode implements ErrorClassification {
  /** The request is not what HTTP or GraphQL asks for. */
  BAD_REQUEST,
  /** The document cannot be read. */
  SYNTAX_ERROR,
  /** The document asks for what the schema does not have. */
  VALIDATION_FAILED,
  /** An argument or variable has a value that makes no sense. */
  BAD_USER_INPUT,
  /** What is asked for, or to be changed, is not there. */
  NOT_FOUND,
  /** What is asked for cannot go together with what is under way, or has ended. */
  CONFLICT,
  /** Nobody sent the document of this hash yet: send it once in whole. */
  PERSISTED_QUERY_NOT_FOUND,
  /** Only documents that the operator of the server trusts are answered. */
  DOCUMENT_NOT_TRUSTED,
  /** No key was shown, or none that is known. */
  UNAUTHENTICATED,
  /** The key that was shown does not allow this. */
  FORBIDDEN,
  /** The Host header names a host that this server does not answer for. */
  HOST_NOT_ALLOWED,
  /** The request is longer than allowed. */
  REQUEST_TOO_LARGE,
  /** The request took longer to come than allowed. */
  REQUEST_TOO_SLOW,
  /** The document is longer than allowed. */
  DOCUMENT_TOO_LARGE,
  /** The document is nested deeper, has more aliases or more words than allowed. */
  DOCUMENT_TOO_COMPLEX,
  /** The answer would hold more objects than allowed: ask for smaller pages. */
  COST_EXCEEDED,
  /** The client asks more often, or more at once, than allowed. */
  TOO_MANY_REQUESTS,
  /** The socket or event stream has as many operations under way as it may. */
  TOO_MANY_SUBSCRIPTIONS,
  /** The client has as many sockets and event streams open as it may. */
  TOO_MANY_SOCKETS,
  /** The work took longer than allowed. */
  TIMEOUT,
  /** The server is busy or cannot reach its database; worth another try later. */
  UNAVAILABLE,
  /** A fault of ours; {@code errorId} finds it in the log. */
  INTERNAL
}
