package dev.operatoranalytics.api.noun;

/** Limits that this server applies to requests. */
record ServiceConfig(
    boolean isKeyRequired,
    double requestTimeoutSeconds,
    int maxPageSize,
    int maxDocumentBytes,
    int maxDocumentTokens,
    int maxDocumentDepth,
    int maxDocumentAliases,
    long maxCost,
    long maxMatrixCells,
    int maxConcurrentRequests,
    int maxRequestsPerMinute,
    long maxRequestBytes,
    double requestReadTimeoutSeconds,
    int maxConnectionsPerAddress,
    int maxSocketsPerClient,
    int maxOperationsPerSocket,
    double connectionInitTimeoutSeconds,
    double pingIntervalSeconds,
    int maxQueuedEvents) {}
