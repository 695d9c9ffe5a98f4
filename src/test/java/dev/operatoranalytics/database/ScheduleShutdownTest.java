package dev.operatoranalytics.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScheduleShutdownTest {

  @Test
  void no_tick_begins_while_beans_are_destroyed() throws InterruptedException {
    var properties = new HashMap<String, Object>(Map.of("schedule-shutdown-test", true));
    for (var pool : List.of("events", "pipeline", "api")) {
      var url = TestPostgres.fresh(pool.equals("events") ? "events" : "analytics");
      properties.put("datasources." + pool + ".url", url.jdbc());
      properties.put("datasources." + pool + ".username", url.user());
      properties.put("datasources." + pool + ".password", url.password());
    }
    try (var context =
        ApplicationContext.builder().deduceEnvironment(false).properties(properties).start()) {
      var ticks = context.getBean(Ticks.class);
      assertThat(ticks.begun.await(10, TimeUnit.SECONDS)).isTrue();

      // what a context publishes before it destroys its beans
      context.publishEvent(new ShutdownEvent(context));
      // a tick that was going on
      Thread.sleep(50);
      int counted = ticks.count.get();
      Thread.sleep(200);

      assertThat(ticks.count).hasValue(counted);
    }
  }

  @Singleton
  @Requires(property = "schedule-shutdown-test")
  static final class Ticks {
    private final CountDownLatch begun = new CountDownLatch(3);
    private final AtomicInteger count = new AtomicInteger();

    @Scheduled(fixedDelay = "5ms", scheduler = TaskExecutors.SCHEDULED)
    void tick() {
      count.incrementAndGet();
      begun.countDown();
    }
  }
}
