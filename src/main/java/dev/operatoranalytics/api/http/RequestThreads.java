package dev.operatoranalytics.api.http;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that execute documents. Waiting for PostgreSQL costs a platform thread less than a
 * virtual one; requests beyond the size of the pool, of which most wait, get virtual threads.
 */
@Factory
final class RequestThreads {
  static final String NAME = "requests";
  private static final int MAX_PLATFORM_THREADS = 32;

  @Singleton
  @Named(NAME)
  @Bean(preDestroy = "shutdown")
  ExecutorService requests() {
    return new ThreadPoolExecutor(
        0,
        MAX_PLATFORM_THREADS,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().name("request-", 0).daemon().factory(),
        (task, _) -> Thread.startVirtualThread(task));
  }
}
