package io.touchline.core.testkit.arch;

import static io.touchline.core.testkit.arch.Fixtures.BROKEN;
import static io.touchline.core.testkit.arch.Fixtures.violations;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeRulesTest {
    private static final String CODE = BROKEN + ".code";

    @Test
    void aPackageWithoutAnImportedClassIsNamed() {
        assertThat(violations(CodeRules.importHolds(CODE, BROKEN + ".gone", BROKEN + ".empty")))
                .containsExactly("Package <empty> holds no imported class", "Package <gone> holds no imported class");
    }

    @Test
    void aClassInAPackageThatNobodyNamedIsRefused() {
        assertThat(violations(CodeRules.everyClassLivesIn(BROKEN + ".cycle", BROKEN + ".cycle.one")))
                .containsExactly("Class <cycle.two.Two> does not reside in any package ['cycle.one']");
    }

    @Test
    void aCycleOfPackagesIsRefused() {
        assertThat(violations(CodeRules.packagesAreFreeOfCycles(BROKEN + ".cycle")))
                .containsExactly(
                        "Cycle detected: Slice one -> Slice two -> Slice one 1. Dependencies of Slice one - Method <cycle.one.One.two()> has return type <cycle.two.Two> 2. Dependencies of Slice two - Method <cycle.two.Two.one()> has return type <cycle.one.One>");
    }

    @Test
    void aNameThatSaysNothingIsRefused() {
        assertThat(violations(CodeRules.namesSayWhatAThingIs(CODE)))
                .containsExactly(
                        "Class <code.RetryHelper> has name matching '.*(Impl|Manager|Helper|Utils?|Dto)'",
                        "Class <code.StoreImpl$RowDto> has name matching '.*(Impl|Manager|Helper|Utils?|Dto)'",
                        "Class <code.StoreImpl> has name matching '.*(Impl|Manager|Helper|Utils?|Dto)'");
    }

    @Test
    void theProcessesStandardOutputIsRefused() {
        assertThat(violations(CodeRules.noStandardStreams(CODE)))
                .containsExactly(
                        "Constructor <code.SpeaksToStandardOutput.<init>()> gets field <java.lang.System.out>");
    }

    @Test
    void aLoggerAsAPartIsRefused() {
        assertThat(violations(CodeRules.loggersAreConstants(CODE)))
                .containsExactly("Field <code.LoggerAsAPart.log> is a logger that is not private static final");
    }

    @Test
    void staticStateThatChangesIsRefused() {
        assertThat(violations(CodeRules.noStaticStateThatChanges(CODE)))
                .containsExactly("Field <code.StaticStateThatChanges.calls> is static and not final");
    }
}
