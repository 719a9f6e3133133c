package io.touchline.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what the ports promise against what the contracts test, number by number. */
class PromisesTest {
    private static final Path PORTS = Path.of("src/main/java/io/touchline/core/port");
    private static final Path CONTRACTS = Path.of("src/test/java/io/touchline/core/testkit");
    private static final Pattern PROMISE = Pattern.compile("<li>([A-Z]{2}-\\d+) ");
    private static final Pattern TESTED = Pattern.compile("@DisplayName\\(\\s*\"([A-Z]{2}-\\d+) ");
    private static final Pattern TEST = Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");

    private final Map<String, List<String>> promised = numbers(PORTS, ".java", PROMISE);
    private final Map<String, List<String>> tested = numbers(CONTRACTS, "Contract.java", TESTED);

    @Test
    void everyPortWithPromisesHasAContract() {
        assertThat(tested.keySet()).isEqualTo(promised.keySet()).isNotEmpty();
    }

    @Test
    void everyPromiseHasATestAndEveryTestAPromise() {
        assertThat(tested).isNotEmpty();
        tested.forEach((port, numbers) ->
                assertThat(new TreeSet<>(numbers)).as(port).isEqualTo(new TreeSet<>(promised.get(port))));
    }

    @Test
    void promisesAreNumberedInOrderUnderAPrefixOfTheirOwn() {
        Set<String> prefixes = new TreeSet<>();
        promised.forEach((port, numbers) -> {
            String prefix = numbers.get(0).substring(0, 3);
            assertThat(prefixes.add(prefix)).as(prefix).isTrue();
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= numbers.size(); i++) {
                expected.add(prefix + i);
            }
            assertThat(numbers).as(port).isEqualTo(expected);
        });
    }

    @Test
    void everyTestOfAContractNamesItsPromise() {
        tested.forEach((port, numbers) ->
                assertThat(numbers).as(port).hasSameSizeAs(find(CONTRACTS.resolve(port + "Contract.java"), TEST)));
    }

    /** By the name of the port, without files in which there is nothing to find. */
    private static Map<String, List<String>> numbers(Path directory, String ending, Pattern pattern) {
        Map<String, List<String>> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(ending)).forEach(file -> {
                List<String> numbers = find(file, pattern);
                if (!numbers.isEmpty()) {
                    found.put(file.getFileName().toString().replace(ending, ""), numbers);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static List<String> find(Path file, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(file))
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
