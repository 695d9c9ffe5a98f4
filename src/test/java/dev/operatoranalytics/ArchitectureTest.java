package dev.operatoranalytics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks dependencies between packages: a package uses only packages below it in the list.
 *
 * <p>Source files are read too, because the compiler inlines constants: a class that uses only a
 * constant of another package has no trace of it in its class file.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.operatoranalytics.";

  /** All packages, from those that use to those that are used. */
  private static final List<String> TOP_DOWN =
      List.of(
          "cli",
          "api.pipeline",
          "api.noun",
          "api.epoch",
          "api.live",
          "api.web",
          "api.http",
          "api.document",
          "api.query",
          "alert",
          "metadata",
          "price",
          "reward",
          "epochs",
          "node",
          "source.demo",
          "source",
          "pipeline.schedule",
          "pipeline.snapshot",
          "pipeline",
          "event",
          "network",
          "database",
          "chain");

  /** Dependencies that the order would allow but that are forbidden. */
  private static final Map<String, List<String>> FORBIDDEN =
      Map.of(
          "api.query", List.of("pipeline", "epochs", "source", "metadata", "alert", "database"),
          "api.document", List.of("pipeline", "epochs", "source", "metadata", "alert"),
          "api.http", List.of("pipeline", "epochs", "source", "metadata", "alert"),
          "api.live", List.of("pipeline", "epochs", "source", "metadata", "alert"),
          "api.epoch", List.of("pipeline", "epochs", "source", "metadata", "alert"),
          "api.web", List.of("pipeline", "epochs", "source", "metadata", "alert"));

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?dev\\.operatoranalytics\\.([a-z.]+)\\.[A-Z]");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.operatoranalytics");

  @Test
  void every_package_uses_only_packages_below_it() throws IOException {
    var wrong = new TreeSet<String>();
    uses()
        .forEach(
            (user, used) -> {
              for (var each : used) {
                if (TOP_DOWN.indexOf(user) > TOP_DOWN.indexOf(each)) {
                  wrong.add(user + " uses " + each);
                }
                if (FORBIDDEN.getOrDefault(user, List.of()).stream().anyMatch(each::startsWith)) {
                  wrong.add(user + " must not use " + each);
                }
              }
            });
    assertEquals(List.of(), List.copyOf(wrong));
  }

  @Test
  void the_list_names_every_package() throws IOException {
    assertEquals(new TreeSet<>(TOP_DOWN), new TreeSet<>(uses().keySet()));
  }

  /** By package, the packages that its source files import and its class files refer to. */
  private static Map<String, Set<String>> uses() throws IOException {
    var uses = new TreeMap<String, Set<String>>();
    var sources = Path.of("src/main/java/dev/operatoranalytics");
    try (var files = Files.walk(sources)) {
      for (var file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        var folder = sources.relativize(file.getParent()).toString().replace('/', '.');
        var hasOnlyDocs = file.endsWith("package-info.java");
        if (!folder.isEmpty() && !hasOnlyDocs) {
          var used = uses.computeIfAbsent(folder, each -> new TreeSet<>());
          for (var line : Files.readAllLines(file)) {
            var imported = IMPORT.matcher(line);
            if (imported.find()) {
              used.add(imported.group(1));
            }
          }
        }
      }
    }
    for (var user : CLASSES) {
      for (var dependency : user.getDirectDependenciesFromSelf()) {
        var from = packageOf(user);
        var to = packageOf(dependency.getTargetClass());
        if (!from.isEmpty() && !to.isEmpty()) {
          uses.computeIfAbsent(from, each -> new TreeSet<>()).add(to);
        }
      }
    }
    uses.forEach((user, used) -> used.remove(user));
    return uses;
  }

  /** The package below the root; empty for the root itself and for external classes. */
  private static String packageOf(JavaClass type) {
    var name = type.getPackageName() + ".";
    return name.startsWith(ROOT) && name.length() > ROOT.length()
        ? name.substring(ROOT.length(), name.length() - 1)
        : "";
  }

  @Test
  void the_engine_depends_on_no_noun() {
    noClasses()
        .that()
        .resideInAnyPackage("..api.document..", "..api.query..", "..api.http..", "..api.live..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..api.noun..", "..api.epoch..", "..api.pipeline..")
        .check(CLASSES);
  }

  @Test
  void the_api_uses_the_pipeline_only_for_states_on_request_and_to_store_requests() {
    noClasses()
        .that()
        .resideInAPackage("..api..")
        .and()
        .haveNameNotMatching(
            ".*(RebuiltAsOf|OperatorWiring|RewardPreviews|MutationWiring|MutationInput).*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.operatoranalytics.pipeline..")
        .check(CLASSES);
  }

  @Test
  void only_the_pipeline_writes_its_tables() throws IOException {
    var writes =
        Pattern.compile("(?i)(?:insert\\s+into|update|delete\\s+from|truncate)\\s+pipeline_");
    var sources = Path.of("src/main/java/dev/operatoranalytics");
    var wrong = new TreeSet<String>();
    try (var files = Files.walk(sources)) {
      for (var file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (!sources.relativize(file).startsWith("pipeline")
            && writes.matcher(Files.readString(file)).find()) {
          wrong.add(sources.relativize(file).toString());
        }
      }
    }
    assertEquals(List.of(), List.copyOf(wrong));
  }

  @Test
  void packages_are_free_of_cycles() {
    slices().matching("dev.operatoranalytics.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void only_private_nested_types_share_a_name() {
    var byName =
        CLASSES.stream()
            .filter(each -> !each.isAnonymousClass() && !each.isLocalClass())
            .filter(each -> !each.getSimpleName().equals("package-info"))
            .filter(each -> !each.getName().matches(".*([.$]\\$|\\$(Definition|Intercepted)).*"))
            .collect(Collectors.groupingBy(JavaClass::getSimpleName, TreeMap::new, toList()));
    var repeated =
        byName.values().stream()
            .filter(types -> types.size() > 1)
            .filter(types -> !types.stream().allMatch(ArchitectureTest::isPrivateHelper))
            .map(types -> types.stream().map(JavaClass::getName).collect(joining(", ")))
            .toList();
    assertEquals(List.of(), repeated);
  }

  /** The members of a private type are seen from their outer class only, too. */
  private static boolean isPrivateHelper(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PRIVATE)
        || type.getEnclosingClass().map(ArchitectureTest::isPrivateHelper).orElse(false);
  }
}
