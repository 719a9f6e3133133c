package io.touchline.adapter.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.core.model.ChannelId;
import io.touchline.core.model.Event;
import io.touchline.core.model.Receipt;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.AppendResult.Appended;
import io.touchline.core.port.AppendResult.Busy;
import io.touchline.core.port.AppendResult.Repeated;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.Draft;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JpaLockingTest {
    private static final Duration NO_WAIT = Duration.ZERO;

    private static TestDatabase database;
    private static JpaStorage here;
    private static JpaStorage there;

    private final Talk talk = new Talk();

    @BeforeAll
    static void start() {
        database = TestDatabase.postgresql();
        here = database.storage("here");
        there = database.storage("there");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void manyThreadsOnTwoNodesFillManyChannelsWithoutGapOrRepeat() throws Exception {
        List<Talk> talks = Stream.generate(Talk::new).limit(5).toList();
        append(here, talks.stream().map(Talk::create).toList());
        int threads = 8;
        int rounds = 15;

        together(IntStream.range(0, threads)
                .<Callable<Boolean>>mapToObj(thread -> () -> {
                    for (int i = 0; i < rounds; i++) {
                        List<Draft> drafts = talks.stream()
                                .flatMap(one -> Stream.of(one.send("a"), one.send("b")))
                                .toList();
                        appendAll(thread % 2 == 0 ? here : there, drafts);
                    }
                    return true;
                })
                .toList());

        int last = 1 + threads * rounds * 2;
        for (Talk one : talks) {
            List<Event> log = here.messages()
                    .events(one.channel, one.bob, 0, 10_000)
                    .orElseThrow()
                    .items();
            assertThat(log).extracting(Event::sequence).isEqualTo(range(last));
        }
    }

    @Test
    void oneMessageRacedEightWaysIsOneEventAndEightEqualAnswers() throws Exception {
        append(here, List.of(talk.create()));
        Draft draft = talk.send("hello", "m1");

        List<AppendResult> results = together(IntStream.range(0, 8)
                .<Callable<AppendResult>>mapToObj(i -> () ->
                        appendAll(i % 2 == 0 ? here : there, List.of(draft)).get(0))
                .toList());

        assertThat(results).filteredOn(Appended.class::isInstance).hasSize(1);
        assertThat(results.stream().map(JpaLockingTest::event).distinct()).hasSize(1);
    }

    @Test
    void aHeldChannelIsBusyAtOnceWhileOthersGoOn() throws Exception {
        Talk other = new Talk();
        append(here, List.of(talk.create(), other.create()));

        try (Connection pause = lock(talk.channel)) {
            List<AppendResult> results = append(here, List.of(talk.send("held"), other.send("free"), talk.create()));

            assertThat(results.get(0)).isEqualTo(new Busy());
            assertThat(results.get(1)).isInstanceOf(Appended.class);
            assertThat(results.get(2)).isEqualTo(new Busy());
            pause.rollback();
        }
        assertThat(append(here, List.of(talk.send("free")))).first().isInstanceOf(Appended.class);
    }

    @Test
    void aHeldChannelIsWaitedForNoLongerThanAskedAndOthersGoOn() throws Exception {
        Talk other = new Talk();
        append(here, List.of(talk.create(), other.create()));

        try (Connection pause = lock(talk.channel)) {
            Duration wait = Duration.ofMillis(150);
            long before = System.nanoTime();
            List<AppendResult> results = here.messages().append(List.of(talk.send("held"), other.send("free")), wait);

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(wait, Duration.ofSeconds(5));
            assertThat(results.get(0)).isEqualTo(new Busy());
            assertThat(results.get(1)).isInstanceOf(Appended.class);
            pause.rollback();
        }
    }

    @Test
    void whoWaitsForTheLockSeesWhatItsHolderStored() throws Exception {
        append(here, List.of(talk.create()));
        Draft draft = talk.send("hello", "m1");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection pause = lock(talk.channel)) {
            Future<List<AppendResult>> waiting =
                    threads.submit(() -> there.messages().append(List.of(draft), Duration.ofSeconds(10)));
            awaitWaiter();
            List<AppendResult> first = appendIn(pause, draft);
            pause.commit();

            assertThat(waiting.get(10, TimeUnit.SECONDS)).containsExactly(new Repeated(event(first.get(0))));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aHeldChannelIsNotSettled() throws Exception {
        append(here, List.of(talk.create()));
        Claim claim = here.ledger().claim(1_000).stream()
                .filter(one -> one.channel().equals(talk.channel))
                .findAny()
                .orElseThrow();
        here.ledger().acknowledge(List.of(new Receipt(talk.bob, talk.channel, 1, 0)));

        try (Connection pause = lock(talk.channel)) {
            assertThat(here.ledger().settle(List.of(claim))).isEmpty();
            pause.rollback();
        }
        assertThat(here.ledger().settle(List.of(claim))).isEqualTo(Set.of(talk.channel));
    }

    /** Appends in a transaction that somebody else ends. */
    private static List<AppendResult> appendIn(Connection connection, Draft draft) throws SQLException {
        JpaSettings settings = new JpaSettings("pause", Duration.ofMinutes(1));
        return new Append(new Statements(connection), settings, List.of(draft)).run(NO_WAIT);
    }

    private static Connection lock(ChannelId channel) throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from touchline_channel where id = ? for update")) {
            statement.setString(1, channel.value());
            statement.executeQuery().close();
        }
        return connection;
    }

    private static void awaitWaiter() throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        boolean waits = false;
        while (!waits) {
            assertThat(System.nanoTime())
                    .as("somebody waits for a lock in time")
                    .isLessThan(deadline);
            try (Connection connection = database.dataSource().getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                                    + " and datname = current_database()")) {
                waits = statement.executeQuery().next();
            }
        }
    }

    private static List<AppendResult> append(JpaStorage storage, List<? extends Draft> drafts) {
        return storage.messages().append(drafts, NO_WAIT);
    }

    /** As the chat does it: what was busy goes into the next batch. */
    private static List<AppendResult> appendAll(JpaStorage storage, List<Draft> drafts) {
        List<AppendResult> done = new ArrayList<>();
        List<Draft> left = drafts;
        while (!left.isEmpty()) {
            List<AppendResult> results = append(storage, left);
            List<Draft> busy = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof Busy) {
                    busy.add(left.get(i));
                } else {
                    done.add(results.get(i));
                }
            }
            left = busy;
        }
        return done;
    }

    private static Event event(AppendResult result) {
        return result instanceof Appended appended ? appended.event() : ((Repeated) result).event();
    }

    private static List<Long> range(int last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
