package io.touchline.core.testkit.arch;

import static io.touchline.core.testkit.arch.Fixtures.BROKEN;
import static io.touchline.core.testkit.arch.Fixtures.violations;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoreRulesTest {
    private static final String CORE = BROKEN + ".core";

    @Test
    void aModelThatKnowsAPortIsRefused() {
        assertThat(violations(CoreRules.modelUsesOnlyJava(CORE)))
                .containsExactly("Field <core.model.ModelKnowsAPort.known> has type <core.port.Port>");
    }

    @Test
    void aPortThatKnowsTheInsideOrSpeaksOfAVendorIsRefused() {
        assertThat(violations(CoreRules.portsUseOnlyTheModel(CORE)))
                .containsExactly(
                        "Method <core.port.PortKnowsInternal.known()> has return type <core.internal.Internal>",
                        "Method <core.port.PortSpeaksOfAVendor.send(java.util.List)> has generic parameter type <java.util.List<vendor.Client>> with type argument depending on <vendor.Client>");
    }

    @Test
    void anInsideThatKnowsTheApiIsRefused() {
        assertThat(violations(CoreRules.internalUsesOnlyPortsAndModel(CORE)))
                .containsExactly("Field <core.internal.InternalKnowsTheApi.known> has type <core.Api>");
    }

    @Test
    void anInMemoryAdapterThatKnowsTheInsideIsRefused() {
        assertThat(violations(CoreRules.inMemoryUsesOnlyPortsAndModel(CORE)))
                .containsExactly("Field <core.inmemory.InMemoryKnowsInternal.known> has type <core.internal.Internal>");
    }

    @Test
    void anApiThatKnowsTheInMemoryAdaptersIsRefused() {
        assertThat(violations(CoreRules.apiUsesOnlyInternalPortsAndModel(CORE)))
                .containsExactly("Field <core.ApiKnowsInMemory.known> has type <core.inmemory.InMemory>");
    }

    @Test
    void aCoreThatUsesAFrameworkOrTheNetworkIsRefused() {
        assertThat(violations(CoreRules.coreStandsOnTheJdkAlone(CORE)))
                .containsExactly(
                        "Field <core.elsewhere.CoreKnowsAFramework.known> has type <vendor.Client>",
                        "Field <core.elsewhere.CoreKnowsTheNetwork.known> has type <java.net.Socket>",
                        "Method <core.port.PortSpeaksOfAVendor.send(java.util.List)> has generic parameter type <java.util.List<vendor.Client>> with type argument depending on <vendor.Client>");
    }

    @Test
    void aPortThatWorksItselfIsRefused() {
        assertThat(violations(CoreRules.portsAreInterfacesOrValues(CORE)))
                .containsExactly("Class <core.port.PortThatWorks> is not a port, an outcome or a value");
    }

    @Test
    void aCheckedExceptionOnAPortIsRefused() {
        assertThat(violations(CoreRules.portsDeclareNoCheckedException(CORE)))
                .containsExactly(
                        "Method <core.port.PortDeclaresACheckedException.send()> does declare throwable of type checked");
    }
}
