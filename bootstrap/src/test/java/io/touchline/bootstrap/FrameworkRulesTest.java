package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.touchline.core.testkit.arch.AdapterRules;
import io.touchline.core.testkit.arch.CodeRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules whose fixtures need a framework, which the core has not got. */
class FrameworkRulesTest {
    private static final String FIXTURE = "io.touchline.bootstrap.fixture";
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(FIXTURE);

    @Test
    void anEntityOutsideItsAdapterIsRefused() {
        assertThat(violations(AdapterRules.entitiesLiveOnlyIn(FIXTURE, "io.touchline.adapter.jpa")))
                .containsExactly(
                        "Class <PublicEntity> does not reside in a package 'io.touchline.adapter.jpa..'",
                        "Class <PublicPartOfAnEntity> does not reside in a package 'io.touchline.adapter.jpa..'");
    }

    @Test
    void anEntityInsideItsAdapterIsLeftAlone() {
        assertThat(violations(AdapterRules.entitiesLiveOnlyIn(FIXTURE, FIXTURE)))
                .isEmpty();
    }

    @Test
    void aPublicEntityIsRefused() {
        assertThat(violations(AdapterRules.entitiesAreNotPublic(FIXTURE)))
                .containsExactly(
                        "Class <PublicEntity> has modifier PUBLIC", "Class <PublicPartOfAnEntity> has modifier PUBLIC");
    }

    @Test
    void anInjectedFieldIsRefused() {
        assertThat(violations(CodeRules.noFieldInjection(FIXTURE)))
                .containsExactly("Field <InjectedField.injected> is annotated with @Autowired");
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(CLASSES).getFailureReport().getDetails().stream()
                .map(violation -> violation.replace(FIXTURE + ".", ""))
                .map(violation -> violation.replaceAll(" in \\(\\w+\\.java:\\d+\\)", ""))
                .sorted()
                .toList();
    }
}
