package io.touchline.core.testkit.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.all;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.BE_ANNOTATED_WITH_AN_INJECTION_ANNOTATION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.AbstractClassesTransformer;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ClassesTransformer;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenFieldsConjunction;
import java.util.Set;
import java.util.stream.Stream;

/** How code reads wherever it stands. {@code root} is a package name, and stands for everything below it. */
public final class CodeRules {
    private static final Set<String> LOGGERS = Set.of(
            "java.lang.System$Logger",
            "java.util.logging.Logger",
            "org.apache.commons.logging.Log",
            "org.slf4j.Logger");

    private static final DescribedPredicate<JavaField> CHANGING_STATICS = describe(
            "static and not final",
            field -> field.getModifiers().contains(STATIC)
                    && !field.getModifiers().contains(FINAL));

    private static final ArchCondition<Holding> BE_IN_THE_IMPORT = new ArchCondition<>("be in the import") {
        @Override
        public void check(Holding holding, ConditionEvents events) {
            String message = "Package <" + holding.packageName + "> holds no imported class";
            events.add(new SimpleConditionEvent(holding, holding.found, message));
        }
    };

    private CodeRules() {}

    /** A rule about a package that is not in the import passes without having looked: this one fails for each. */
    public static ArchRule importHolds(String... packages) {
        return all(holdings(packages))
                .should(BE_IN_THE_IMPORT)
                .because("docs/decisions/0001: a rule about an empty package tells nothing");
    }

    /** Packages as ArchUnit writes them. A new one is to be named before it is used, and so gets its rules. */
    public static ArchRule everyClassLivesIn(String root, String... packages) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .resideInAnyPackage(packages)
                .because("docs/decisions/0001: a package that no rule knows is bound by none");
    }

    public static ArchRule packagesAreFreeOfCycles(String root) {
        return slices().matching(root + ".(**)")
                .should()
                .beFreeOfCycles()
                .because("docs/decisions/0001: packages in a cycle are one package with several names");
    }

    public static ArchRule namesSayWhatAThingIs(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Dto)")
                .because("docs/decisions/0001: such a name hides what a class is");
    }

    public static ArchRule noStandardStreams(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should(ACCESS_STANDARD_STREAMS)
                .because("docs/decisions/0001: the process belongs to the host, its output too");
    }

    public static ArchRule noFieldInjection(String root) {
        return noFieldsBelow(root)
                .should(BE_ANNOTATED_WITH_AN_INJECTION_ANNOTATION)
                .because("docs/decisions/0001: a constructor says what a class needs, without any framework");
    }

    public static ArchRule loggersAreConstants(String root) {
        return noFieldsBelow(root)
                .should(be(describe(
                        "a logger that is not private static final",
                        field -> LOGGERS.contains(field.getRawType().getName())
                                && !field.getModifiers().containsAll(Set.of(PRIVATE, STATIC, FINAL)))))
                .because("docs/decisions/0001: a logger is not a part that one can exchange");
    }

    public static ArchRule noStaticStateThatChanges(String root) {
        return noFieldsBelow(root)
                .should(be(CHANGING_STATICS))
                .because("docs/decisions/0001: two chats in one process share nothing");
    }

    private static GivenFieldsConjunction noFieldsBelow(String root) {
        return noFields().that().areDeclaredInClassesThat().resideInAPackage(root + "..");
    }

    private static ClassesTransformer<Holding> holdings(String... packages) {
        return new AbstractClassesTransformer<>("packages " + String.join(", ", packages)) {
            @Override
            public Iterable<Holding> doTransform(JavaClasses classes) {
                return Stream.of(packages)
                        .map(name -> new Holding(name, classes.stream().anyMatch(type -> isIn(name, type))))
                        .toList();
            }
        };
    }

    private static boolean isIn(String packageName, JavaClass type) {
        return type.getPackageName().equals(packageName)
                && !type.getSimpleName().equals("package-info");
    }

    private record Holding(String packageName, boolean found) {}
}
