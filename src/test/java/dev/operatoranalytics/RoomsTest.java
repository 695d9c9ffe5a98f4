package dev.operatoranalytics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom: the two wings meet only in the tables. */
class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.operatoranalytics");

  @Test
  void rooms_know_only_those_below_them() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy("..operatoranalytics.cli..")
        .layer("api")
        .definedBy("..operatoranalytics.api..")
        .layer("pipeline")
        .definedBy("..operatoranalytics.pipeline..")
        .layer("epochs")
        .definedBy("..operatoranalytics.epochs..")
        .layer("metadata")
        .definedBy("..operatoranalytics.metadata..")
        .layer("node")
        .definedBy("..operatoranalytics.node..")
        .layer("source")
        .definedBy("..operatoranalytics.source..")
        .layer("event")
        .definedBy("..operatoranalytics.event..")
        .layer("network")
        .definedBy("..operatoranalytics.network..")
        .layer("database")
        .definedBy("..operatoranalytics.database..")
        .layer("chain")
        .definedBy("..operatoranalytics.chain..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("pipeline")
        .mayOnlyBeAccessedByLayers("cli", "api", "epochs", "node")
        .whereLayer("epochs")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("metadata")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("node")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("source")
        .mayOnlyBeAccessedByLayers("cli", "epochs", "metadata", "node")
        .whereLayer("event")
        .mayOnlyBeAccessedByLayers("cli", "node", "pipeline", "source")
        .whereLayer("network")
        .mayOnlyBeAccessedByLayers("cli", "node", "pipeline", "source")
        .whereLayer("database")
        .mayOnlyBeAccessedByLayers("cli", "api", "pipeline", "source", "epochs", "metadata", "node")
        .check(CLASSES);
  }

  @Test
  void the_engines_know_no_nouns() {
    noClasses()
        .that()
        .resideInAnyPackage("..api.graphql..", "..api.query..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "..api.noun..",
            "..api.operator..",
            "..api.epoch..",
            "..api.pipeline..",
            "..api.search..",
            "..api.service..",
            "..api.rest..")
        .check(CLASSES);
  }

  @Test
  void compiler_and_declarations_do_not_know_how_requests_come() {
    noClasses()
        .that()
        .resideInAnyPackage("..api.query..", "..api.noun..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..api.graphql..", "..api.feed..", "..api.answer..", "..api.rest..")
        .check(CLASSES);
  }

  @Test
  void the_wings_meet_in_the_tables_but_for_the_past_which_is_rebuilt_when_asked() {
    noClasses()
        .that()
        .resideInAPackage("..api..")
        .and()
        .haveNameNotMatching(".*OperatorAsOf.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.operatoranalytics.pipeline..")
        .check(CLASSES);
  }

  @Test
  void databases_and_chain_know_nobody() {
    slices()
        .matching("dev.operatoranalytics.(chain|database|source|pipeline|epochs|cli)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
