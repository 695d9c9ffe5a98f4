package dev.operatoranalytics.api.noun;

/** The limits that this server sets its clients. */
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
