package io.touchline.core.testkit.arch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Two small houses: a sound one, and a broken one in which each class is named for what is wrong with it. */
final class Fixtures {
    static final String SOUND = "io.touchline.core.testkit.arch.fixture.sound";
    static final String BROKEN = "io.touchline.core.testkit.arch.fixture.broken";
    static final String VENDOR = "io.touchline.core.testkit.arch.fixture.vendor";

    private static final JavaClasses HOUSES = new ClassFileImporter().importPackages(SOUND, BROKEN);

    private Fixtures() {}

    /** What the rule finds, in order, without the fixtures' common package, line breaks and lines in files. */
    static List<String> violations(ArchRule rule) {
        return rule.evaluate(HOUSES).getFailureReport().getDetails().stream()
                .map(violation -> violation.replace(BROKEN + ".", "").replace(VENDOR + ".", "vendor."))
                .map(violation -> violation.replaceAll(" in \\(\\w+\\.java:\\d+\\)", ""))
                .map(violation -> violation.replaceAll("\\s+", " "))
                .sorted()
                .toList();
    }
}
