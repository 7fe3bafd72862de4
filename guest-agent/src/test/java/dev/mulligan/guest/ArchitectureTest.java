package dev.mulligan.guest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows inside the guest agent, and that nothing of the host gets into it. */
@AnalyzeClasses(packages = "dev.mulligan.guest", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsNothingOfTheHost = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mulligan.host..", "dev.mulligan.vm..", "dev.mulligan.image..", "dev.mulligan.proto.host..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.mulligan.guest.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyOnePackageSpeaksToTheKernel = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mulligan.guest.linux..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.Linker");
}
