package io.touchline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Browser;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.harness.Rest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page, in two browsers, before two API nodes and two chat nodes that are reached as behind a load balancer. */
class BrowserIT {
    /** What is due from a node that was killed is taken over by then. */
    private static final Duration COMPLETE_WITHIN = Duration.ofSeconds(45);

    private static final int SENT_BY_EACH = 10;
    private static final int KILL_AFTER = 4;
    private static final int LONG = 100_000;

    /** As many entries as the page has in the document at most, and what stands between them. */
    private static final int MOST_IN_DOCUMENT = 300;

    private static Browser first;
    private static Browser second;

    private final FaultyCluster cluster = FaultyCluster.shared();
    private final String id = UUID.randomUUID().toString().substring(0, 6);
    private final Person alice = new Person("alice-" + id, first);
    private final Person bob = new Person("bob-" + id, second);

    @BeforeAll
    static void start() {
        first = Browser.start();
        CompletableFuture<Browser> other = CompletableFuture.supplyAsync(Browser::start);
        FaultyCluster.shared();
        second = other.join();
    }

    /** Those that were killed last start meanwhile. */
    @AfterAll
    static void stop() {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
            FaultyCluster.shared().nodes().forEach(Node::awaitReady);
        }
    }

    /** So that no page of this test goes on in the next. */
    @AfterEach
    void leave() {
        CompletableFuture<Void> other = CompletableFuture.runAsync(second::leave);
        first.resize(1280, 800);
        first.prefer(false);
        first.leave();
        other.join();
    }

    private void bothSignIn() {
        CompletableFuture<Person> other = CompletableFuture.supplyAsync(() -> signsIn(bob));
        signsIn(alice);
        other.join();
    }

    private Person signsIn(Person person) {
        return person.opens(cluster.page()).signsInWithAToken();
    }

    @Test
    void twoPeopleTalk() {
        bothSignIn();

        alice.startsAConversationWith(bob.name());
        alice.sends("Are you there?");
        bob.browser().awaitText(".channels .badge", "1");
        assertThat(bob.browser().title()).startsWith("(1) ");
        bob.opensConversation(alice.name());
        bob.awaitMessage("Are you there?");
        alice.awaitStatus("Are you there?", "Read");
        Await.until(
                bob.name() + " to have nothing unread",
                Await.SOON,
                () -> !bob.browser().title().startsWith("("));

        bob.writes("Yes, ");
        alice.browser().awaitText(".typing-line bdi", bob.name());
        alice.browser().awaitText(".typing-line", "is typing");
        bob.browser().insert("שלום 👋🏽");
        bob.browser().pressEnter();
        alice.awaitMessage("Yes, שלום 👋🏽");
        bob.awaitStatus("Yes, שלום 👋🏽", "Read");
        alice.browser().awaitText(".conversation-subtitle", "Online");

        alice.does("Edit", "Are you there?");
        alice.sends("Are you still there?");
        bob.awaitMessage("Are you still there?");
        bob.browser().awaitText("li.message .edited", "edited");

        bob.does("Delete", "Yes, שלום 👋🏽");
        bob.browser().click("dialog .button.danger");
        alice.awaitMessages(List.of("Are you still there?", "Message deleted"), Await.SOON);

        alice.does("Who got it?", "Are you still there?");
        alice.browser().awaitText("dialog .deliveries", "Read");
        alice.browser().press(Keys.ESCAPE);

        assertNoErrors();
    }

    @Test
    void aGroupIsMadeRenamedMutedAndLeft() {
        bothSignIn();
        alice.startsAConversationWith(bob.name(), "carol-" + id);
        bob.browser().awaitText(".channels", "alice-" + id);

        alice.browser().click("button.details");
        alice.browser().write("dialog input[maxlength='128']", "Tea at four");
        alice.browser().pressEnter();
        bob.browser().awaitText(".channels .row-title", "Tea at four");
        alice.browser().write("dialog input[list]", "dave-" + id);
        alice.browser().pressEnter();
        alice.browser().awaitText("dialog .people", "dave-" + id);
        alice.browser().press(Keys.ESCAPE);
        alice.browser().awaitText(".conversation-subtitle", "4 people");

        bob.opensConversation("Tea at four");
        bob.browser().awaitText(".entries", "added dave-" + id);
        bob.browser().click("button.details");
        bob.browser().click("dialog .buttons button");
        bob.browser().awaitText("dialog .section-note", "Muted until");
        bob.browser().click("dialog .danger-quiet");
        bob.browser().click("dialog.small .button.danger");
        bob.browser().awaitText(".list-note", "No conversations yet");
        alice.browser().awaitText(".conversation-subtitle", "3 people");
        alice.browser().awaitText(".entries", bob.name() + " left");

        assertNoErrors();
    }

    @Test
    void aNotificationIsThereUntilItsMessageIsReadOrDeleted() {
        bothSignIn();
        Browser browser = bob.browser();
        browser.run("""
                window.notifications = [];
                window.Notification = class {
                  static permission = 'granted';
                  constructor(heading, { body }) {
                    this.text = `${heading}: ${body}`;
                    notifications.push(this);
                  }
                  close() {
                    notifications.splice(notifications.indexOf(this), 1);
                  }
                };
                window.isAway = true;
                document.hasFocus = () => !isAway;
                """);

        alice.startsAConversationWith(bob.name());
        alice.sends("One");
        awaitCalled(1, alice.name() + ": One");
        alice.does("Delete", "One");
        alice.browser().click("dialog .button.danger");
        awaitCalled(0);

        alice.sends("Two");
        awaitCalled(1, alice.name() + ": Two");
        browser.run("isAway = false; notifications[0].onclick()");
        bob.awaitMessage("Two");
        awaitCalled(0);
        alice.awaitStatus("Two", "Read");

        browser.run(
                "window.Notification = class { static permission = 'granted'; constructor() { throw new TypeError(); } };"
                        + "isAway = true");
        alice.sends("Three");
        bob.awaitMessage("Three");
        awaitCalled(1);
        assertNoErrors();
    }

    /** Bob's notifications are these, and the title and the sign on the tab say how many messages are unread. */
    private void awaitCalled(int unread, String... notifications) {
        String expected = List.of(notifications) + (unread > 0 ? " (" + unread + ") true" : " false");
        Supplier<String> seen = () -> (String) bob.browser().run("""
                const sign = document.querySelector('link[rel=icon]').href.startsWith('data:');
                const number = /^\\(\\d+\\) /.exec(document.title)?.[0] ?? '';
                return `[${notifications.map(({ text }) => text).join(', ')}] ${number}${sign}`;
                """);
        Await.until(
                () -> expected + ", not " + seen.get(),
                Await.SOON,
                () -> seen.get().equals(expected));
    }

    @Test
    void whoSignsOutLeavesNothingForTheNext() {
        bothSignIn();
        alice.startsAConversationWith(bob.name());
        bob.opensConversation(alice.name());
        bob.sends("Tell nobody");
        alice.awaitMessage("Tell nobody");
        alice.browser().awaitText("#announcer", "Tell nobody");
        alice.writes("He is a fool");
        alice.browser().click("button.profile");
        alice.browser().click("dialog .danger-text");

        Person next = new Person(bob.name(), alice.browser()).signsInWithAToken();
        assertThat(next.browser().text("#announcer")).isEmpty();
        next.opensConversation(alice.name());
        next.awaitMessage("Tell nobody");
        assertThat(next.browser().run("return document.querySelector('textarea').value"))
                .isEqualTo("");
        assertNoErrors();
    }

    @Test
    void whoRenamesAConversationOfTwoPassesForNobodyElse() {
        alice.opens(cluster.page()).signsInWithAToken();
        alice.startsAConversationWith(bob.name());
        Rest rest = cluster.api(0).as(bob.name());
        String channel = rest.post("/channels", Map.of("direct", alice.name()))
                .expect(200)
                .json()
                .path("id")
                .asString();
        rest.patch("/channels/" + channel, Map.of("name", "The bank")).expect(200);

        alice.browser().awaitText(".entries", "The bank");
        alice.browser().awaitText("h2.conversation-title", bob.name());
        alice.browser().awaitText(".channels .row-title", bob.name());
    }

    @Test
    void anAddressThatCannotBeReadShowsTheList() {
        alice.opens(cluster.page());
        alice.browser().run("location.hash = '#/c/%'");
        alice.signsInWithAToken();

        alice.browser().awaitText("main", "Welcome, " + alice.name());
        assertThat(alice.browser().errors()).isEmpty();
    }

    @Test
    void aChatNodeIsKilledInMidTalk() {
        talkWhile(() -> {
            Node taken = cluster.sockets().stream()
                    .filter(node -> node.metric("touchline_socket_connections") > 0)
                    .findFirst()
                    .orElseThrow();
            taken.kill();
            return taken;
        });
    }

    @Test
    void anApiNodeIsKilledWhileSending() {
        talkWhile(() -> {
            cluster.api(0).kill();
            return cluster.api(0);
        });
    }

    @Test
    void whoIsCutOffReadsSoAndWhatHeWroteIsSentWhenTheCutHeals() {
        bothSignIn();
        alice.startsAConversationWith(bob.name());
        bob.opensConversation(alice.name());
        try {
            cluster.socketLine().cut();
            cluster.pageLine().cut();
            alice.browser().awaitText(".connection", "Connection lost");
            alice.sends("from afar");
            alice.browser().awaitShown("li.message.pending");
        } finally {
            cluster.pageLine().heal();
            cluster.socketLine().heal();
        }
        bob.awaitMessages(List.of("from afar"), COMPLETE_WITHIN);
        for (Person person : List.of(alice, bob)) {
            Await.until(
                    "the connection of " + person.name(),
                    COMPLETE_WITHIN,
                    () -> person.browser().text(".connection").isEmpty());
            assertThat(person.browser().errors()).allMatch(BrowserIT::isOfTheNetwork);
        }
    }

    private void talkWhile(Supplier<Node> blow) {
        cluster.nodes().forEach(Node::awaitReady);
        bothSignIn();
        alice.startsAConversationWith(bob.name());
        bob.opensConversation(alice.name());
        List<Person> both = List.of(alice, bob);
        both.forEach(person -> person.browser().run("window.untouched = true"));

        Node killed = null;
        List<String> said = new ArrayList<>();
        for (int i = 1; i <= SENT_BY_EACH; i++) {
            for (Person person : both) {
                said.add(person.name() + " says " + i);
                person.sends(said.get(said.size() - 1));
            }
            killed = i == KILL_AFTER ? blow.get() : killed;
        }
        try {
            both.forEach(person -> Await.until(
                    () -> person.name() + " to see " + said + ", not " + person.messages(),
                    COMPLETE_WITHIN,
                    () -> person.messages().size() >= said.size()
                            && !person.browser().shows("li.message.pending")));
            List<String> seen = alice.messages();
            assertThat(seen).containsExactlyInAnyOrderElementsOf(said);
            assertThat(bob.messages()).isEqualTo(seen);
            for (Person person : both) {
                assertThat(seen.stream().filter(text -> text.startsWith(person.name())))
                        .isEqualTo(said.stream()
                                .filter(text -> text.startsWith(person.name()))
                                .toList());
                assertThat(person.browser().run("return window.untouched")).isEqualTo(true);
                assertThat(person.browser().errors()).allMatch(BrowserIT::isOfTheNetwork);
            }
            bob.sends("and on it goes");
            alice.awaitMessage("and on it goes");
        } finally {
            killed.launch(); // the other one does until it is ready
        }
    }

    /** Browsers note every request that fails, whatever the page does about it. */
    private static boolean isOfTheNetwork(String error) {
        return error.contains("net::ERR_")
                || error.contains("WebSocket connection to")
                || error.contains("status of 503");
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 390})
    void nothingIsInTheWayOfAnybody(int width) {
        Rest rest = cluster.api(1).as(alice.name());
        String channel = "c-" + id;
        rest.createChannel(channel, List.of(bob.name()));
        cluster.api(1).as(bob.name()).send(channel, "See https://example.com/tea for the rest.");
        rest.send(channel, "مرحبا");
        Browser browser = alice.browser();
        browser.resize(width, 844);

        alice.opens(cluster.page());
        assertAccessible("sign-in");
        alice.signsInWithAToken();
        browser.awaitShown("a.row");
        assertAccessible("list");
        browser.click("button[aria-label='New conversation']");
        browser.write("dialog input[list]", bob.name());
        browser.pressEnter();
        assertAccessible("new conversation");
        browser.press(Keys.ESCAPE);
        browser.press(Keys.chord(Keys.CONTROL, "/"));
        browser.awaitText("dialog", "Keyboard shortcuts");
        assertAccessible("help");
        browser.press(Keys.ESCAPE);
        browser.click("button.profile");
        assertAccessible("profile");
        browser.press(Keys.ESCAPE);

        browser.click("a.row");
        alice.awaitMessage("مرحبا");
        browser.run("document.querySelector('li.message.own').focus()");
        browser.awaitShown(".toolbar");
        assertAccessible("conversation");
        browser.click(".toolbar button[aria-label='Who got it?']");
        browser.awaitShown("dialog .delivery");
        assertAccessible("delivery");
        browser.press(Keys.ESCAPE);
        browser.click("button.details");
        browser.awaitShown("dialog .person");
        assertAccessible("details");
        browser.press(Keys.ESCAPE);
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo((long) width);
        assertThat(browser.errors()).isEmpty();
    }

    /** In the light and in the dark. */
    private void assertAccessible(String view) {
        Browser browser = alice.browser();
        for (boolean dark : List.of(false, true)) {
            browser.prefer(dark);
            assertThat(browser.accessibilityViolations())
                    .as(view + (dark ? " in the dark" : ""))
                    .isEmpty();
        }
    }

    @Test
    void everythingCanBeDoneByKeyboard() {
        Browser browser = alice.browser();
        cluster.api(1).as(bob.name()).createChannel("one-" + id, List.of(alice.name()));
        cluster.api(1).as(bob.name()).createChannel("two-" + id, List.of(alice.name()));
        alice.opens(cluster.page()).signsInWithAToken();
        browser.awaitShown("a.row");

        browser.press(Keys.chord(Keys.ALT, "n"));
        browser.insert("carol-" + id);
        browser.pressEnter();
        browser.pressEnter();
        browser.awaitText("h2.conversation-title", "carol-" + id);
        browser.insert("by hand");
        browser.pressEnter();
        alice.awaitStatus("by hand", "Sent");
        browser.press(Keys.ARROW_UP);
        browser.insert("!");
        browser.pressEnter();
        alice.awaitMessage("by hand!");
        Await.until("the edit to be over", Await.SOON, () -> !browser.shows(".edit-strip"));
        browser.press(Keys.chord(Keys.ALT, "m"));
        browser.press(Keys.TAB);
        browser.press(Keys.ENTER);
        browser.awaitText("dialog", "Who got it?");
        browser.press(Keys.ESCAPE);
        Await.until(
                "the message to have the focus again",
                Await.SOON,
                () -> Boolean.TRUE.equals(browser.run("return document.activeElement.matches('li.message')")));

        browser.press(Keys.chord(Keys.ALT, Keys.ARROW_DOWN));
        Await.until(
                "another conversation",
                Await.SOON,
                () -> !browser.text("h2.conversation-title").contains("carol-"));
        browser.press(Keys.chord(Keys.CONTROL, "k"));
        browser.insert("carol");
        browser.pressEnter();
        browser.awaitText("h2.conversation-title", "carol-" + id);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aLongConversationIsOpenedAndScrolledLikeAShortOne() {
        Rest rest = cluster.api(1).as(alice.name());
        String lengthy = "long-" + id;
        String brief = "short-" + id;
        List.of(lengthy, brief).forEach(channel -> rest.createChannel(channel, List.of(bob.name())));
        cluster.database().lengthen(lengthy, bob.name(), LONG);
        cluster.database().lengthen(brief, bob.name(), 100);
        rest.post("/receipts", Map.of("read", Map.of(lengthy, LONG + 1, brief, 101)))
                .expect(204);
        rest.send(lengthy, "the end");
        rest.send(brief, "the end");
        alice.opens(cluster.page()).signsInWithAToken();

        assertThat(callsToOpen(lengthy)).isEqualTo(callsToOpen(brief));

        alice.browser().run("location.hash = '#/c/" + lengthy + "'");
        alice.awaitMessage("the end");
        // an entry that is in sight before and after a step moves by that step, and by nothing else
        Object moved = alice.browser().runAsync("""
                        const [done] = arguments;
                        const scroller = document.querySelector('.timeline');
                        const settled = () => new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)));
                        const step = async () => {
                          const { top, bottom } = scroller.getBoundingClientRect();
                          const seen = [...document.querySelectorAll('li.message')].find(each => {
                            const box = each.getBoundingClientRect();
                            return box.top > top && box.bottom < bottom - 300;
                          });
                          const was = seen.getBoundingClientRect().top;
                          const before = scroller.scrollTop;
                          scroller.scrollTop -= 300;
                          const wanted = was + before - scroller.scrollTop;
                          await settled();
                          return Math.abs(seen.getBoundingClientRect().top - wanted);
                        };
                        (async () => {
                          let worst = 0;
                          let most = 0;
                          let guard = 0;
                          const first = () => Number(document.querySelector('li.message .content').textContent.split(' ')[1]);
                          while (first() > 99600 && guard++ < 1000) {
                            worst = Math.max(worst, await step());
                            most = Math.max(most, document.querySelectorAll('.entries > li').length);
                          }
                          done([Math.round(worst), most, first() <= 99600]);
                        })();
                        """);
        assertThat((List<?>) moved).first().isEqualTo(0L);
        assertThat((Long) ((List<?>) moved).get(1)).isLessThan(MOST_IN_DOCUMENT);
        assertThat((List<?>) moved).last().isEqualTo(true);

        alice.browser().click(".jump");
        alice.awaitMessage("the end");
        assertThat(alice.browser().errors()).isEmpty();
    }

    /** Which calls the page makes to show a conversation, without what differs from one to another. */
    private List<String> callsToOpen(String channel) {
        Browser browser = alice.browser();
        browser.run("performance.clearResourceTimings(); location.hash = '#/c/" + channel + "'");
        browser.awaitShown("a.row[aria-current][href$='" + channel + "']");
        Await.until(
                "the messages and people of " + channel,
                Await.SOON,
                () -> alice.messages().size() > 30
                        && calls(browser).toString().contains(channel + "/participants?limit=200"));
        return calls(browser).stream()
                .filter(call ->
                        call.contains("/channels/" + channel) && !call.endsWith("limit=5")) // those are for the list
                .map(call -> call.replace(channel, "it").replaceAll("(after|before)=\\d+", "$1=n"))
                .sorted()
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<String> calls(Browser browser) {
        return (List<String>) browser.run("return performance.getEntriesByType('resource').map(e => e.name)");
    }

    @Test
    void twoHundredConversationsAreListedByOneCall() {
        Rest rest = cluster.api(1).as(alice.name());
        IntStream.rangeClosed(1, 198).parallel().forEach(number -> makeRoom(rest, number));
        makeRoom(rest, 199);
        makeRoom(rest, 200);
        alice.opens(cluster.page()).signsInWithAToken();

        assertThat(alice.browser().texts("a.row .row-title")).hasSize(200).startsWith("Room 200", "Room 199");
        assertThat(calls(alice.browser()).stream().filter(call -> call.contains("/channels")))
                .hasSize(1);
        assertThat(alice.browser().errors()).isEmpty();
    }

    private void makeRoom(Rest rest, int number) {
        rest.post("/channels", Map.of("name", "Room " + number, "participants", List.of(bob.name())))
                .expect(201);
    }

    private void assertNoErrors() {
        assertThat(alice.browser().errors()).isEmpty();
        assertThat(bob.browser().errors()).isEmpty();
    }
}
