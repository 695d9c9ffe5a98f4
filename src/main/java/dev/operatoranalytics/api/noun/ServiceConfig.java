package dev.operatoranalytics.api.noun;

/** The limits that this server sets its clients. */
record ServiceConfig(
    boolean readingNeedsKey,
    double deadlineSeconds,
    int greatestPage,
    int documentBytes,
    int documentTokens,
    int documentDepth,
    int documentAliases,
    long cost,
    long cells,
    int concurrentRequests,
    int requestsPerMinute,
    long requestBytes,
    double requestSeconds,
    int connectionsPerAddress,
    int socketsPerClient,
    int operationsPerSocket,
    double initTimeoutSeconds,
    double pingSeconds,
    int feedQueue) {}
