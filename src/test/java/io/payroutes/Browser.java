package io.payroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Headless Chromium for tests: one for all tests of the JVM, and for each test a context of its own, without cookies. Use it
 * as {@code @RegisterExtension final Browser browser = new Browser();}. A test that fails leaves a picture of each of its
 * pages in {@code target/screenshots}. Not thread-safe, as Playwright is not.
 *
 * <p>The program is {@code /usr/bin/chromium}, or what the system property {@code chromium} or the environment variable
 * {@code CHROMIUM} names.
 */
public final class Browser implements BeforeEachCallback, AfterEachCallback {
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private com.microsoft.playwright.@Nullable Browser chromium;

    /** What all tests share; closed when the last of them is over. */
    private static final class Shared implements AutoCloseable {
        private final Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        private final com.microsoft.playwright.Browser chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program())
                        .setArgs(ARGUMENTS));

        private static Path program() {
            String set = System.getProperty("chromium", System.getenv("CHROMIUM"));
            return Path.of(set == null || set.isBlank() ? "/usr/bin/chromium" : set);
        }

        @Override
        public void close() {
            chromium.close();
            playwright.close();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        chromium = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Browser.class))
                .getOrComputeIfAbsent(Shared.class, any -> new Shared(), Shared.class)
                .chromium;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (context.getExecutionException().isPresent()) {
                String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
                picture(name.replaceAll("[^A-Za-z0-9.-]+", "_") + "-failed");
            }
        } finally {
            contexts.forEach(BrowserContext::close);
            contexts.clear();
            complaints.clear();
        }
    }

    private void picture(String name) {
        int number = 1;
        for (BrowserContext context : contexts) {
            for (Page page : context.pages()) {
                screenshot(page, name + "-" + number++);
            }
        }
    }

    /** A page in a new context: English, 1280 × 720. */
    public Page page() {
        return page(new com.microsoft.playwright.Browser.NewContextOptions().setLocale("en-US"));
    }

    /** A page in a new context of this kind. */
    public Page page(com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext context = Objects.requireNonNull(chromium).newContext(options);
        context.setDefaultTimeout(15_000);
        context.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        context.onWebError(error -> complaints.add(error.error()));
        contexts.add(context);
        return context.newPage();
    }

    /** What the pages have written to their consoles as errors, breaches of a Content-Security-Policy among them. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Takes a picture of the whole page into {@code target/screenshots/<name>.png}. */
    public void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", name + ".png"))
                .setFullPage(true));
    }

    /** Fails if axe finds something on the page that keeps people out of it. */
    public void noBarriers(Page page) {
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .filteredOn(violation -> List.of("serious", "critical").contains(violation.getImpact()))
                .isEmpty();
    }
}
