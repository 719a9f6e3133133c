package io.touchline.core.testkit.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.ENUMS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.RECORDS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/**
 * Who may know whom inside the core. {@code core} is its root package, such as {@code io.touchline.core}; below it are
 * {@code model}, {@code port}, {@code internal} and {@code inmemory}.
 *
 * <p>All of these are allow-lists: what is not named is refused, of the JDK too.
 */
public final class CoreRules {
    /** What any computer has: no network, no file, no database, no logging framework, no reflection. */
    private static final String[] PLAIN_JAVA = {
        "java.lang",
        "java.nio.charset",
        "java.security",
        "java.time..",
        "java.util",
        "java.util.concurrent..",
        "java.util.function",
        "java.util.regex",
        "java.util.stream",
        "org.jspecify.."
    };

    private static final DescribedPredicate<JavaClass> FINAL_VALUES = describe(
            "final with final fields",
            type -> type.getModifiers().contains(FINAL)
                    && type.getFields().stream()
                            .allMatch(field -> field.getModifiers().contains(FINAL)));

    private static final DescribedPredicate<JavaClass> CHECKED_EXCEPTIONS = not(assignableTo(RuntimeException.class)
                    .or(assignableTo(Error.class)))
            .as("checked");

    private CoreRules() {}

    public static ArchRule modelUsesOnlyJava(String core) {
        return onlyUses(core + ".model..").because("docs/decisions/0001: a value knows nobody");
    }

    /** Their signatures included, so that no vendor's type crosses a port. */
    public static ArchRule portsUseOnlyTheModel(String core) {
        return onlyUses(core + ".port..", core + ".model..")
                .because("docs/decisions/0001: a port speaks the words of the chat, not those of a vendor");
    }

    public static ArchRule internalUsesOnlyPortsAndModel(String core) {
        return onlyUses(core + ".internal..", core + ".port..", core + ".model..")
                .because("docs/decisions/0001: the builders know the inside, so the inside does not know them");
    }

    public static ArchRule inMemoryUsesOnlyPortsAndModel(String core) {
        return onlyUses(core + ".inmemory..", core + ".port..", core + ".model..")
                .because("docs/decisions/0001: the in-memory adapters see what every other adapter sees, or less");
    }

    public static ArchRule apiUsesOnlyInternalPortsAndModel(String core) {
        return onlyUses(core, core + ".internal..", core + ".port..", core + ".model..")
                .because("docs/decisions/0001: the embedder chooses the adapters, the in-memory ones too");
    }

    /** Of every package of the core, whether or not another rule knows it. */
    public static ArchRule coreStandsOnTheJdkAlone(String core) {
        return onlyUses(core + "..").because("docs/decisions/0001: an embedder gets the chat and no framework");
    }

    /** Besides interfaces: records, enums, unchecked exceptions and final classes with final fields. */
    public static ArchRule portsAreInterfacesOrValues(String core) {
        return classes()
                .that()
                .resideInAPackage(core + ".port..")
                .and()
                .areNotAnonymousClasses()
                .should(be(INTERFACES
                        .or(RECORDS)
                        .or(ENUMS)
                        .or(assignableTo(RuntimeException.class))
                        .or(FINAL_VALUES)
                        .as("a port, an outcome or a value")))
                .because("docs/decisions/0001: what works lives in an adapter or inside the core");
    }

    public static ArchRule portsDeclareNoCheckedException(String core) {
        return noCodeUnits()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(core + ".port..")
                .should()
                .declareThrowableOfType(CHECKED_EXCEPTIONS)
                .because("docs/decisions/0001: an expected outcome is a result, and the rest is unchecked");
    }

    private static ArchRule onlyUses(String layer, String... others) {
        String[] allowed = Stream.of(Stream.of(layer), Stream.of(others), Stream.of(PLAIN_JAVA))
                .flatMap(packages -> packages)
                .toArray(String[]::new);
        return classes().that().resideInAPackage(layer).should().onlyDependOnClassesThat(resideInAnyPackage(allowed));
    }
}
