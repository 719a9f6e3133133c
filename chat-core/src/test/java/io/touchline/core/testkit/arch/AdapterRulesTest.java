package io.touchline.core.testkit.arch;

import static io.touchline.core.testkit.arch.Fixtures.BROKEN;
import static io.touchline.core.testkit.arch.Fixtures.VENDOR;
import static io.touchline.core.testkit.arch.Fixtures.violations;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdapterRulesTest {
    private static final String CORE = BROKEN + ".core";
    private static final String RED = BROKEN + ".adapter.red";
    private static final String BOOTSTRAP = BROKEN + ".bootstrap";

    @Test
    void anAdapterThatKnowsTheInsideOrTheInMemoryAdaptersIsRefused() {
        assertThat(violations(AdapterRules.seesOnlyApiModelAndPorts(CORE, RED)))
                .containsExactly(
                        "Field <adapter.red.AdapterKnowsInMemory.known> has type <core.inmemory.InMemory>",
                        "Field <adapter.red.AdapterKnowsInternal.known> has type <core.internal.Internal>");
    }

    @Test
    void anAdapterThatUsesWhatIsNotItsOwnIsRefused() {
        assertThat(violations(AdapterRules.usesOnly(CORE, RED)))
                .containsExactly(
                        "Field <adapter.red.AdapterKnowsAForeignTechnology.known> has type <vendor.Client>",
                        "Field <adapter.red.AdapterKnowsAnother.known> has type <adapter.blue.Blue>",
                        "Field <adapter.red.AdapterKnowsBootstrap.known> has type <bootstrap.Main>",
                        "Field <adapter.red.AdapterKnowsInMemory.known> has type <core.inmemory.InMemory>",
                        "Field <adapter.red.AdapterKnowsInternal.known> has type <core.internal.Internal>");
    }

    @Test
    void whatIsNamedAsTheTechnologyIsAllowed() {
        assertThat(violations(AdapterRules.usesOnly(CORE, RED, VENDOR)))
                .containsExactly(
                        "Field <adapter.red.AdapterKnowsAnother.known> has type <adapter.blue.Blue>",
                        "Field <adapter.red.AdapterKnowsBootstrap.known> has type <bootstrap.Main>",
                        "Field <adapter.red.AdapterKnowsInMemory.known> has type <core.inmemory.InMemory>",
                        "Field <adapter.red.AdapterKnowsInternal.known> has type <core.internal.Internal>");
    }

    @Test
    void anAdapterThatKnowsAnotherIsRefused() {
        assertThat(violations(AdapterRules.doNotKnowEachOther(BROKEN + ".adapter")))
                .containsExactly(
                        "Slice red depends on Slice blue: Field <adapter.red.AdapterKnowsAnother.known> has type <adapter.blue.Blue>");
    }

    @Test
    void whoeverKnowsTheWiringIsRefused() {
        assertThat(violations(AdapterRules.nobodyKnows(BROKEN, BOOTSTRAP)))
                .containsExactly("Field <adapter.red.AdapterKnowsBootstrap.known> has type <bootstrap.Main>");
    }

    @Test
    void aTechnologyOutsideItsPlaceIsRefused() {
        assertThat(violations(AdapterRules.onlyOneUses(BROKEN, CORE, VENDOR)))
                .containsExactly("Field <adapter.red.AdapterKnowsAForeignTechnology.known> has type <vendor.Client>");
    }
}
