package io.touchline.bootstrap.harness;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window on the screen, with what a person does in it. Elements are waited for. */
public final class Browser implements AutoCloseable {
    private static final List<String> CHROMIUM = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String DRIVER = "chromedriver";

    private static final String SHOWN = """
            const visible = { opacityProperty: true, visibilityProperty: true };
            return [...document.querySelectorAll(arguments[0])].find(each => each.checkVisibility(visible));
            """;

    private final ChromeDriver driver;
    private final List<String> errors = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
        driver.manage().timeouts().scriptTimeout(Await.SOON);
        // without a window on a screen nothing has the focus
        driver.executeCdpCommand("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    /**
     * One that knows nothing of others. Where there is none installed the test is skipped, and says so; with {@code CI=true}
     * it fails.
     */
    public static Browser start() {
        Optional<File> chromium =
                CHROMIUM.stream().map(Browser::find).flatMap(Optional::stream).findFirst();
        Optional<File> driver = find(DRIVER);
        if (chromium.isEmpty() || driver.isEmpty()) {
            String missing = "no browser: install chromium and chromium-driver, as .ci/run does";
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(missing);
            }
            Assumptions.abort(missing);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,800");
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, console);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.orElseThrow())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Optional<File> find(String program) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }

    /** Opens a page as somebody who was never there. */
    public void open(URI page) {
        // of the same origin, and without a script that could keep its session once more
        driver.get(page.resolve("/api/v1").toString());
        run("sessionStorage.clear(); localStorage.clear();");
        driver.get(page.toString());
    }

    public String window() {
        return driver.getWindowHandle();
    }

    /** Goes away from the page. */
    public void leave() {
        driver.get("about:blank");
    }

    /** The next steps are made in the one window besides this one, which opens soon; its name. */
    public String toOtherWindow() {
        String here = window();
        Await.until(
                "another window", Await.SOON, () -> driver.getWindowHandles().size() == 2);
        String other = driver.getWindowHandles().stream()
                .filter(window -> !window.equals(here))
                .findFirst()
                .orElseThrow();
        toWindow(other);
        return other;
    }

    public void toWindow(String window) {
        driver.switchTo().window(window);
    }

    /** Takes another size. */
    public void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Wants pages dark, or light. */
    public void prefer(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    // ---- what a person does

    public void click(String selector) {
        onElement(selector, WebElement::click);
    }

    /** Writes into a field, in place of what it holds. One that has the focus need not be clicked. */
    public void write(String selector, String text) {
        onElement(selector, field -> {
            if (!Boolean.TRUE.equals(run("return document.activeElement === arguments[0]", field))) {
                field.click();
            }
            run("arguments[0].select()", field);
            insert(text);
        });
    }

    /** Writes where the focus is. */
    public void insert(String text) {
        driver.executeCdpCommand("Input.insertText", Map.of("text", text));
    }

    public void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    public void pressEnter() {
        press(Keys.ENTER);
    }

    /** Holds the pointer over something. */
    public void hover(String selector) {
        onElement(
                selector, element -> new Actions(driver).moveToElement(element).perform());
    }

    private void onElement(String selector, Consumer<WebElement> action) {
        WebDriverException[] last = new WebDriverException[1];
        Await.until(() -> selector + " to be there\n" + last[0] + '\n' + text("body"), Await.SOON, () -> {
            try {
                Optional<WebElement> element = Optional.ofNullable((WebElement) run(SHOWN, selector));
                element.ifPresent(action);
                return element.isPresent();
            } catch (StaleElementReferenceException e) {
                return false;
            } catch (WebDriverException e) {
                last[0] = e;
                return false;
            }
        });
    }

    // ---- what a person sees

    public boolean shows(String selector) {
        return Boolean.TRUE.equals(
                run("return [...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility())", selector));
    }

    public void awaitShown(String selector) {
        Await.until(() -> selector + " to be shown\n" + text("body"), Await.SOON, () -> shows(selector));
    }

    /** The text of the first of these elements; empty if there is none. */
    public String text(String selector) {
        return (String) run("return document.querySelector(arguments[0])?.innerText ?? ''", selector);
    }

    public void awaitText(String selector, String text) {
        Await.until(
                () -> selector + " to say " + text + ", not " + text(selector),
                Await.SOON,
                () -> text(selector).contains(text));
    }

    public String title() {
        return driver.getTitle();
    }

    /** The texts of all of these elements. */
    @SuppressWarnings("unchecked")
    public List<String> texts(String selector) {
        return (List<String>)
                run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector);
    }

    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** A script that calls its last argument when it is done. */
    public Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    public byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    // ---- what is wrong

    /** What the console says is wrong since the last time. */
    public List<String> errors() {
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .forEach(entry -> errors.add(entry.getMessage()));
        List<String> all = List.copyOf(errors);
        errors.clear();
        return all;
    }

    /** What axe-core has against the page as it is now, when nothing moves any more: rule, what it is, where. */
    @SuppressWarnings("unchecked")
    public List<String> accessibilityViolations() {
        if (!Boolean.TRUE.equals(run("return 'axe' in window"))) {
            run(Axe.SOURCE);
        }
        return (List<String>) runAsync("""
                const done = arguments[0];
                const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
                const moving = document.getAnimations().filter(each => each instanceof CSSTransition);
                Promise.allSettled(moving.map(each => each.finished)).then(() =>
                  axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })).then(
                  result => done(result.violations.map(each =>
                    `${each.id}: ${each.help}: ${each.nodes.map(node => node.html + ' ' + node.failureSummary).join('; ')}`)),
                  problem => done([String(problem)]));
                """);
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static final class Axe {
        static final String SOURCE = read();

        private static String read() {
            try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
