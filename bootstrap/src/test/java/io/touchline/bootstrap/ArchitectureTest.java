package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.touchline.core.testkit.arch.AdapterRules;
import io.touchline.core.testkit.arch.CodeRules;
import io.touchline.core.testkit.arch.CoreRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole system against docs/decisions/0001, one test a rule. */
@AnalyzeClasses(
        packages = ArchitectureTest.ROOT,
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {
    static final String ROOT = "io.touchline";
    private static final String CORE = "io.touchline.core";
    private static final String ADAPTERS = "io.touchline.adapter";
    private static final String REST = "io.touchline.adapter.rest";
    private static final String WEBSOCKET = "io.touchline.adapter.websocket";
    private static final String REDIS = "io.touchline.adapter.redis";
    private static final String FCM = "io.touchline.adapter.fcm";
    private static final String JPA = "io.touchline.adapter.jpa";
    private static final String BOOTSTRAP = "io.touchline.bootstrap";

    /** Every package there is. */
    private static final String[] ROOMS = {
        CORE,
        CORE + ".model",
        CORE + ".port",
        CORE + ".internal",
        CORE + ".inmemory",
        REST,
        WEBSOCKET,
        REDIS,
        FCM,
        JPA,
        BOOTSTRAP
    };

    // ---- that the rules look at something

    @ArchTest
    static final ArchRule everyPackageIsInTheImport = CodeRules.importHolds(ROOMS);

    @ArchTest
    static final ArchRule everyClassIsInAPackageThatTheRulesKnow = CodeRules.everyClassLivesIn(ROOT, ROOMS);

    @ArchTest
    static void everyPackageThatARuleNamesIsThere(JavaClasses system) throws IllegalAccessException {
        assertThat(packagesNamedInRules())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(ROOMS).anyMatch(room -> (room + ".").startsWith(name + ".")));
    }

    @ArchTest
    static void everyModuleIsInTheImport(JavaClasses system) throws IOException {
        assertThat(modules())
                .contains("chat-core", "bootstrap")
                .allSatisfy(module ->
                        assertThat(system).anyMatch(type -> location(type).contains("/" + module + "/")));
    }

    @ArchTest
    static void noTestIsInTheImport(JavaClasses system) {
        assertThat(system)
                .noneMatch(type ->
                        type.getName().endsWith("Test") || type.getPackageName().startsWith(CORE + ".testkit"));
    }

    @ArchTest
    static void bootstrapUsesWhatNobodyElseMay(JavaClasses system) {
        assertThat(system)
                .filteredOn(type -> type.getPackageName().startsWith(BOOTSTRAP))
                .flatExtracting(JavaClass::getDirectDependenciesFromSelf)
                .anyMatch(use -> use.getTargetClass().getPackageName().startsWith("org.springframework.boot"));
    }

    // ---- the core

    @ArchTest
    static final ArchRule modelUsesOnlyJava = CoreRules.modelUsesOnlyJava(CORE);

    @ArchTest
    static final ArchRule portsUseOnlyTheModel = CoreRules.portsUseOnlyTheModel(CORE);

    @ArchTest
    static final ArchRule internalUsesOnlyPortsAndModel = CoreRules.internalUsesOnlyPortsAndModel(CORE);

    @ArchTest
    static final ArchRule inMemoryUsesOnlyPortsAndModel = CoreRules.inMemoryUsesOnlyPortsAndModel(CORE);

    @ArchTest
    static final ArchRule apiUsesOnlyInternalPortsAndModel = CoreRules.apiUsesOnlyInternalPortsAndModel(CORE);

    @ArchTest
    static final ArchRule coreStandsOnTheJdkAlone = CoreRules.coreStandsOnTheJdkAlone(CORE);

    @ArchTest
    static final ArchRule portsAreInterfacesOrValues = CoreRules.portsAreInterfacesOrValues(CORE);

    @ArchTest
    static final ArchRule portsDeclareNoCheckedException = CoreRules.portsDeclareNoCheckedException(CORE);

    // ---- the adapters

    @ArchTest
    static final ArchRule adaptersSeeOnlyApiModelAndPorts = AdapterRules.seesOnlyApiModelAndPorts(CORE, ADAPTERS);

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOther = AdapterRules.doNotKnowEachOther(ADAPTERS);

    @ArchTest
    static final ArchRule restIsSpringMvc = AdapterRules.usesOnly(
            CORE,
            REST,
            "org.springframework..",
            "jakarta.servlet..",
            "org.eclipse.jetty..",
            "tools.jackson..",
            "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule websocketIsSpringWebSocket = AdapterRules.usesOnly(
            CORE,
            WEBSOCKET,
            "org.springframework..",
            "jakarta.servlet..",
            "org.eclipse.jetty..",
            "org.apache.hc..",
            "tools.jackson..");

    @ArchTest
    static final ArchRule redisIsLettuce =
            AdapterRules.usesOnly(CORE, REDIS, "org.springframework..", "io.lettuce.core..");

    @ArchTest
    static final ArchRule fcmIsFirebase = AdapterRules.usesOnly(CORE, FCM, "com.google..", "org.apache.hc..");

    @ArchTest
    static final ArchRule jpaIsHibernate =
            AdapterRules.usesOnly(CORE, JPA, "jakarta.persistence..", "org.hibernate..", "org.flywaydb.core..");

    @ArchTest
    static final ArchRule entitiesLiveInTheJpaAdapter = AdapterRules.entitiesLiveOnlyIn(ROOT, JPA);

    @ArchTest
    static final ArchRule entitiesAreNotPublic = AdapterRules.entitiesAreNotPublic(ROOT);

    // ---- bootstrap

    @ArchTest
    static final ArchRule nobodyKnowsBootstrap = AdapterRules.nobodyKnows(ROOT, BOOTSTRAP);

    @ArchTest
    static final ArchRule onlyBootstrapUsesSpringBoot =
            AdapterRules.onlyOneUses(ROOT, BOOTSTRAP, "org.springframework.boot..");

    // ---- everywhere

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles = CodeRules.packagesAreFreeOfCycles(ROOT);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = CodeRules.namesSayWhatAThingIs(ROOT);

    @ArchTest
    static final ArchRule noStandardStreams = CodeRules.noStandardStreams(ROOT);

    @ArchTest
    static final ArchRule noFieldInjection = CodeRules.noFieldInjection(ROOT);

    @ArchTest
    static final ArchRule loggersAreConstants = CodeRules.loggersAreConstants(ROOT);

    @ArchTest
    static final ArchRule noStaticStateThatChanges = CodeRules.noStaticStateThatChanges(ROOT);

    /** The core's own tests come in a jar, which the option for test directories does not know. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static List<String> packagesNamedInRules() throws IllegalAccessException {
        Pattern packageName = Pattern.compile("io\\.touchline(\\.\\w+)*");
        StringBuilder rules = new StringBuilder();
        for (var field : ArchitectureTest.class.getDeclaredFields()) {
            if (field.get(null) instanceof ArchRule rule) {
                rules.append(rule.getDescription()).append('\n');
            }
        }
        return packageName
                .matcher(rules)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    /** As the parent pom lists them, so that a new one is missed here until bootstrap has it on its class path. */
    private static Stream<String> modules() throws IOException {
        return Pattern.compile("<module>(.+?)</module>")
                .matcher(Files.readString(Path.of("..", "pom.xml")))
                .results()
                .map(module -> module.group(1));
    }

    private static String location(JavaClass type) {
        return type.getSource().orElseThrow().getUri().toString();
    }
}
