package io.touchline.core.testkit.arch;

import static io.touchline.core.testkit.arch.Fixtures.SOUND;
import static io.touchline.core.testkit.arch.Fixtures.VENDOR;
import static io.touchline.core.testkit.arch.Fixtures.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SoundHouseTest {
    private static final String CORE = SOUND + ".core";
    private static final String RED = SOUND + ".adapter.red";

    @ParameterizedTest
    @MethodSource("rules")
    void soundCodeIsLeftAlone(ArchRule rule) {
        assertThat(violations(rule)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleNamesItsDecision(ArchRule rule) {
        assertThat(rule.getDescription()).contains(", because docs/decisions/0001: ");
    }

    static Stream<ArchRule> rules() {
        return Stream.of(
                CoreRules.modelUsesOnlyJava(CORE),
                CoreRules.portsUseOnlyTheModel(CORE),
                CoreRules.internalUsesOnlyPortsAndModel(CORE),
                CoreRules.inMemoryUsesOnlyPortsAndModel(CORE),
                CoreRules.apiUsesOnlyInternalPortsAndModel(CORE),
                CoreRules.coreStandsOnTheJdkAlone(CORE),
                CoreRules.portsAreInterfacesOrValues(CORE),
                CoreRules.portsDeclareNoCheckedException(CORE),
                AdapterRules.seesOnlyApiModelAndPorts(CORE, RED),
                AdapterRules.usesOnly(CORE, RED, VENDOR),
                AdapterRules.doNotKnowEachOther(SOUND + ".adapter"),
                AdapterRules.nobodyKnows(SOUND, SOUND + ".bootstrap"),
                AdapterRules.onlyOneUses(SOUND, RED, VENDOR),
                CodeRules.importHolds(CORE, RED),
                CodeRules.everyClassLivesIn(SOUND, CORE + "..", SOUND + ".adapter.*", SOUND + ".bootstrap"),
                CodeRules.packagesAreFreeOfCycles(SOUND),
                CodeRules.namesSayWhatAThingIs(SOUND),
                CodeRules.noStandardStreams(SOUND),
                CodeRules.noFieldInjection(SOUND),
                CodeRules.loggersAreConstants(SOUND),
                CodeRules.noStaticStateThatChanges(SOUND));
    }
}
