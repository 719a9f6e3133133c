package io.touchline.core.testkit.arch;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The lines that the README shows to people who write adapters of their own. */
class EmbedderRulesTest {
    @Test
    void ourAdapterKeepsToThePorts() {
        var ours = new ClassFileImporter().importPackages("com.example.chat");
        CodeRules.importHolds("com.example.chat").check(ours);
        AdapterRules.usesOnly("io.touchline.core", "com.example.chat", "com.example.kv..")
                .check(ours);
        CodeRules.packagesAreFreeOfCycles("com.example").check(ours);
        CodeRules.noStandardStreams("com.example.chat").check(ours);
    }
}
