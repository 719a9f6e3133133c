package io.touchline.bootstrap;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.Browser;
import io.touchline.bootstrap.harness.Tokens;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Somebody in front of the page. */
record Person(String name, Browser browser) {
    private static final String FIELD = "textarea[aria-label=Message]";

    Person opens(URI page) {
        browser.open(page);
        return this;
    }

    Person signsInWithAToken() {
        browser.write("input[name=token]", Tokens.of(name));
        browser.pressEnter();
        browser.awaitShown("nav.sidebar");
        return this;
    }

    Person signsInByName() {
        browser.write("input[name=user]", name);
        browser.pressEnter();
        browser.awaitShown("nav.sidebar");
        return this;
    }

    /** With one, or with several as a group. */
    void startsAConversationWith(String... others) {
        browser.click("button[aria-label='New conversation']");
        for (String other : others) {
            browser.write("dialog input[list]", other);
            browser.pressEnter();
        }
        browser.click("dialog button[type=submit]");
        browser.awaitShown(FIELD);
    }

    void opensConversation(String title) {
        browser.awaitText(".channels", title);
        browser.run(
                "[...document.querySelectorAll('a.row')].find(row => row.querySelector('.row-title').textContent === arguments[0]).click()",
                title);
        browser.awaitText("h2.conversation-title", title);
    }

    void writes(String text) {
        browser.write(FIELD, text);
    }

    void sends(String text) {
        writes(text);
        browser.pressEnter();
    }

    /** The messages in the open conversation, as they are shown. */
    List<String> messages() {
        return browser.texts("li.message .content");
    }

    void awaitMessages(List<String> expected, Duration within) {
        Await.until(
                () -> name + " to see " + expected + ", not " + messages(),
                within,
                () -> messages().equals(expected));
    }

    void awaitMessage(String text) {
        Await.until(
                () -> name + " to see " + text + ", not " + messages(),
                Await.SOON,
                () -> messages().contains(text));
    }

    /** What is said of how far one's message has come. */
    String statusOf(String text) {
        return (String) browser.run("""
                const message = [...document.querySelectorAll('li.message.own')]
                  .findLast(each => each.querySelector('.content').textContent === arguments[0]);
                return message?.querySelector('.status')?.textContent ?? '';
                """, text);
    }

    void awaitStatus(String text, String status) {
        Await.until(
                () -> text + " of " + name + " to be " + status + ", not " + statusOf(text),
                Await.SOON,
                () -> statusOf(text).equals(status));
    }

    /** Uses a button of one's message. */
    void does(String action, String text) {
        String button = "li.message .toolbar button[aria-label='" + action + "']";
        Await.until(
                action + " of " + text + " of " + name,
                Await.SOON,
                () -> { // there is none while it is on its way
                    browser.run("""
                    const message = [...document.querySelectorAll('li.message')]
                      .findLast(each => each.querySelector('.content').textContent === arguments[0]);
                    document.activeElement.blur();
                    message?.focus();
                    """, text);
                    return browser.shows(button);
                });
        browser.click(button);
    }
}
