package io.touchline.core.testkit.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.stream.Stream;

/**
 * What an adapter may know, for ours and for anybody's own. Packages are given by their names without dots at the end,
 * and stand for everything below them; technologies as ArchUnit writes them, such as {@code org.hibernate..}.
 */
public final class AdapterRules {
    private static final DescribedPredicate<CanBeAnnotated> ENTITIES = annotatedWith("jakarta.persistence.Entity")
            .or(annotatedWith("jakarta.persistence.Embeddable"))
            .or(annotatedWith("jakarta.persistence.MappedSuperclass"))
            .as("are JPA entities");

    private AdapterRules() {}

    /** Of the core its driving API, model and ports; how the core does it, and the in-memory adapters, are its own. */
    public static ArchRule seesOnlyApiModelAndPorts(String core, String adapter) {
        return classes()
                .that()
                .resideInAPackage(adapter + "..")
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(core + "..")
                        .or(resideInAnyPackage(core, core + ".model..", core + ".port..")))
                .because("docs/decisions/0001: what is inside the core may change from one day to the next");
    }

    /** The JDK, the core's open packages, itself, and what is named here. */
    public static ArchRule usesOnly(String core, String adapter, String... technology) {
        Stream<String> always = Stream.of(
                adapter + "..", core, core + ".model..", core + ".port..", "java..", "javax..", "org.jspecify..");
        return classes()
                .that()
                .resideInAPackage(adapter + "..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        Stream.concat(always, Stream.of(technology)).toArray(String[]::new)))
                .because("docs/decisions/0001: an adapter is the core and one technology");
    }

    /** Each package right below {@code adapters} is one. */
    public static ArchRule doNotKnowEachOther(String adapters) {
        return slices().matching(adapters + ".(*)..")
                .should()
                .notDependOnEachOther()
                .because("docs/decisions/0001: adapters meet in the core, or where they are wired");
    }

    public static ArchRule nobodyKnows(String root, String bootstrap) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(bootstrap + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(bootstrap + "..")
                .because("docs/decisions/0001: the room that knows everybody is known by nobody");
    }

    public static ArchRule onlyOneUses(String root, String user, String technology) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage(user + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(technology)
                .because("docs/decisions/0001: each technology has one place");
    }

    public static ArchRule entitiesLiveOnlyIn(String root, String adapter) {
        return entities(root)
                .should()
                .resideInAPackage(adapter + "..")
                .because("docs/decisions/0001: entities are how one adapter stores, and nobody else's business");
    }

    public static ArchRule entitiesAreNotPublic(String root) {
        return entities(root)
                .should()
                .notBePublic()
                .because("docs/decisions/0001: an entity that others can see is soon passed around");
    }

    private static GivenClassesConjunction entities(String root) {
        return classes().that().resideInAPackage(root + "..").and(ENTITIES);
    }
}
