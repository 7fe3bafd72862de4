package dev.mulligan.host;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.File;
import java.util.Set;

/** The arrows of the design: they point from user to used and never turn back. */
@AnalyzeClasses(
        packages = {"dev.mulligan.vm", "dev.mulligan.image", "dev.mulligan.host"},
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String GENERATED = "dev.mulligan.proto..";
    private static final String VM = "dev.mulligan.vm..";
    private static final String IMAGE = "dev.mulligan.image..";
    private static final String HOST = "dev.mulligan.host..";

    /** Those of package {@code host} that put the others together, and not the words that all others use. */
    private static final Set<String> ASSEMBLY = Set.of(
            "HostAgent",
            "Daemon",
            "Wiring",
            "RunningHost",
            "HostConfig",
            "TcpConfig",
            "ConfigSection",
            "HostLock",
            "Logs");

    /** A module's door opens what is behind it, which speaks the door's words: the one cycle that is meant. */
    private static final Set<String> DOORS = Set.of("dev.mulligan.vm", "dev.mulligan.image");

    @ArchTest
    static final ArchRule machinesKnowNothingOfContractsImagesAndTheHost = noClasses()
            .that()
            .resideInAPackage(VM)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GENERATED, IMAGE, HOST, "com.google.protobuf..", "io.grpc..");

    @ArchTest
    static final ArchRule imagesKnowNothingOfContractsMachinesAndTheHost = noClasses()
            .that()
            .resideInAPackage(IMAGE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GENERATED, VM, HOST, "com.google.protobuf..", "io.grpc..");

    @ArchTest
    static final ArchRule onlyTheDriverSpeaksToLibvirt = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mulligan.vm.libvirt..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.libvirt..", "com.sun.jna..");

    @ArchTest
    static final ArchRule onlyImageBuildsSpeakToDocker = noClasses()
            .that()
            .resideOutsideOfPackages("dev.mulligan.image.build..", "dev.mulligan.image.docker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.dockerjava..");

    @ArchTest
    static final ArchRule onlyTheStoreOpensDatabases = noClasses()
            .that()
            .resideOutsideOfPackage("dev.mulligan.host.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..", "org.flywaydb..");

    @ArchTest
    static final ArchRule onlyOnePackageOfTheHostCallsTheKernel = noClasses()
            .that(resideInAnyPackage(HOST).and(resideOutsideOfPackages("dev.mulligan.host.workspace.linux..")))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.Linker");

    /** A granted folder is changed through {@code OpenDirectory} only, which leads nobody out of it. */
    @ArchTest
    static final ArchRule nobodyOpensAPathOfAGrantedFolderByItsName = noClasses()
            .that()
            .resideInAnyPackage("dev.mulligan.host.workspace.apply..", "dev.mulligan.host.workspace.folder..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.File");

    @ArchTest
    static final ArchRule theDomainKnowsNeitherServicesNorTheCommandLine = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.mulligan.host.approval..",
                    "dev.mulligan.host.audit..",
                    "dev.mulligan.host.guest..",
                    "dev.mulligan.host.image..",
                    "dev.mulligan.host.sandbox..",
                    "dev.mulligan.host.scope..",
                    "dev.mulligan.host.store..",
                    "dev.mulligan.host.task..",
                    "dev.mulligan.host.tool..",
                    "dev.mulligan.host.workspace..",
                    "dev.mulligan.host.yaml..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mulligan.host.service..", "dev.mulligan.host.cli..", "dev.mulligan.proto.host..", "picocli..");

    @ArchTest
    static final ArchRule onlyServicesAndClientsSpeakTheHostsContract = noClasses()
            .that(resideInAnyPackage(HOST)
                    .and(resideOutsideOfPackages(
                            "dev.mulligan.host.service..", "dev.mulligan.host.cli..", "dev.mulligan.host.message..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mulligan.proto.host..");

    @ArchTest
    static final ArchRule onlyTheGuestClientSpeaksTheGuestsContract = noClasses()
            .that(resideInAnyPackage(HOST).and(resideOutsideOfPackages("dev.mulligan.host.guest..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mulligan.proto.guest..");

    /** Whoever speaks to guests is a client of theirs: what is not served there no guest can call, approvals least of all. */
    @ArchTest
    static final ArchRule nothingIsServedToGuests = noClasses()
            .that()
            .resideInAPackage("dev.mulligan.host.guest..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.grpc\\.(.*\\.)?(Server.*|NettyServer.*|BindableService)")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("dev.mulligan.host.approval..");

    /** A client like any other, but for what must work without a host agent: the record's check and scopes. */
    @ArchTest
    static final ArchRule theCommandLineKnowsNoneOfTheDomain = noClasses()
            .that()
            .resideInAPackage("dev.mulligan.host.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.mulligan.host.guest..",
                    "dev.mulligan.host.image..",
                    "dev.mulligan.host.sandbox..",
                    "dev.mulligan.host.service..",
                    "dev.mulligan.host.store..",
                    "dev.mulligan.host.task..",
                    "dev.mulligan.host.tool..",
                    "dev.mulligan.host.workspace..");

    @ArchTest
    static final ArchRule nobodyUsesWhatPutsThemTogether = classes()
            .that(new DescribedPredicate<JavaClass>("assemble the host agent") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getPackageName().equals("dev.mulligan.host") && isAssembly(type);
                }
            })
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("dev.mulligan.host");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().assignedFrom(new Packages()).should().beFreeOfCycles();

    @ArchTest
    static void theGuestAgentIsNotOnTheClassPath(JavaClasses ignored) {
        assertThat(System.getProperty("java.class.path").split(File.pathSeparator))
                .noneMatch(entry -> entry.contains("mulligan-guest-agent") && entry.endsWith(".jar"))
                .noneMatch(entry -> entry.endsWith("guest-agent/target/classes"));
    }

    private static boolean isAssembly(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return ASSEMBLY.contains(nested < 0 ? name : name.substring(0, nested));
    }

    /** A slice for each package; package {@code host} is two: the words, and what puts everything together. */
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (DOORS.contains(name)) {
                return SliceIdentifier.ignore();
            }
            return name.equals("dev.mulligan.host") && isAssembly(type)
                    ? SliceIdentifier.of("host, assembly")
                    : SliceIdentifier.of(name);
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
