package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Answer;
import io.touchline.bootstrap.history.Api.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reads the state in which a run ends: each channel's log as each user reads it, how far each participant is, and what
 * became of the newest messages. Insists on an answer for a while, then fails.
 */
final class Ending {
    private static final int PAGE = 500;
    private static final int PARTICIPANTS = 200;
    private static final int NEWEST = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Plan plan;
    private final Recorder recorder;
    private final Function<String, Api> apis;
    private final Map<String, Api> known = new HashMap<>();

    /** @param apis one user's calls */
    Ending(Plan plan, Recorder recorder, Function<String, Api> apis) {
        this.plan = plan;
        this.recorder = recorder;
        this.apis = apis;
    }

    /** As the makers read it: enough to see what is still owed. */
    List<Entry> glance() {
        List<Entry> entries = new ArrayList<>();
        for (String channel : plan.channelNames()) {
            entries.add(log(plan.maker(), channel));
            entries.addAll(marks(channel));
        }
        return entries;
    }

    /** As everybody reads it; again if the log grew meanwhile, so that all have read the same. */
    List<Entry> wholly() {
        List<Entry> entries = new ArrayList<>();
        for (String channel : plan.channelNames()) {
            List<Entry> read;
            Entry.Log before;
            do {
                before = log(plan.maker(), channel);
                read = readAll(channel);
            } while (!log(plan.maker(), channel).events().equals(before.events()));
            entries.add(before);
            entries.addAll(read);
            entries.addAll(marks(channel));
            entries.addAll(deliveries(before));
        }
        return entries;
    }

    private List<Entry> readAll(String channel) {
        List<Entry> logs = new ArrayList<>();
        for (String user : plan.users()) {
            if (get(user, "/channels/" + channel + "/events?limit=1").status() == 200) {
                logs.add(log(user, channel));
            }
        }
        return logs;
    }

    private Entry.Log log(String reader, String channel) {
        List<Event> events = new ArrayList<>();
        long after = 0;
        List<Event> page;
        do {
            String path = "/channels/" + channel + "/events?limit=" + PAGE + "&after=" + after;
            page = Event.all(get(reader, path).expect(200).json().get("items"));
            events.addAll(page);
            after = page.isEmpty() ? after : page.get(page.size() - 1).sequence();
        } while (page.size() == PAGE);
        return new Entry.Log(recorder.now(), reader, channel, events);
    }

    private List<Entry> marks(String channel) {
        return items(
                "/channels/" + channel + "/participants",
                item -> new Entry.Mark(
                        recorder.now(),
                        channel,
                        item.get("user").asString(),
                        item.get("delivered").asLong(),
                        item.get("read").asLong()));
    }

    private List<Entry> deliveries(Entry.Log log) {
        List<Event> messages = log.events().stream().filter(Event::isMessage).toList();
        List<Entry> entries = new ArrayList<>();
        for (Event message : messages.subList(Math.max(0, messages.size() - NEWEST), messages.size())) {
            String path = "/channels/" + log.channel() + "/messages/" + message.sequence() + "/delivery";
            entries.addAll(items(
                    path,
                    item -> new Entry.Delivery(
                            recorder.now(),
                            log.channel(),
                            message.sequence(),
                            item.get("user").asString(),
                            item.get("state").asString(),
                            item.has("reason") ? item.get("reason").asString() : null)));
        }
        return entries;
    }

    /** The items of all pages; none where there is no such view. */
    private List<Entry> items(String path, Function<JsonNode, Entry> entry) {
        List<Entry> entries = new ArrayList<>();
        String cursor = "";
        do {
            Answer answer = get(plan.maker(), path + "?limit=" + PARTICIPANTS + cursor);
            if (answer.status() != 200) {
                return entries;
            }
            JsonNode page = answer.json();
            page.get("items").forEach(item -> entries.add(entry.apply(item)));
            cursor = page.has("next") ? "&cursor=" + page.get("next").asString() : "";
        } while (!cursor.isEmpty());
        return entries;
    }

    private Answer get(String user, String path) {
        long deadline = recorder.now() + PATIENCE.toNanos();
        Outcome outcome = known.computeIfAbsent(user, apis).insist("GET", path, null, () -> recorder.now() > deadline);
        if (outcome.answer() == null) {
            throw new AssertionError("no API node answers " + path + ": " + outcome.attempts());
        }
        return outcome.answer();
    }
}
