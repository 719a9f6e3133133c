package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one run recorded, by time. It can be kept as lines of JSON, each an entry under the name of its kind. */
public record History(List<Entry> entries) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Map<String, Class<?>> KINDS = Arrays.stream(Entry.class.getPermittedSubclasses())
            .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    public History {
        entries = entries.stream().sorted(Comparator.comparingLong(Entry::at)).toList();
    }

    /** The entries of one kind. */
    public <E extends Entry> Stream<E> all(Class<E> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast);
    }

    public long count(Class<? extends Entry> kind) {
        return all(kind).count();
    }

    public void write(Path file) {
        List<String> lines = entries.stream()
                .map(entry -> Json.write(Map.of(entry.getClass().getSimpleName(), entry)))
                .toList();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was written there. */
    public static History read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return new History(lines.map(History::entry).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(String line) {
        Map.Entry<String, JsonNode> named =
                Json.read(line).properties().iterator().next();
        return (Entry) MAPPER.treeToValue(named.getValue(), KINDS.get(named.getKey()));
    }
}
