package io.payroutes;

import java.util.Locale;
import org.apache.camel.main.Main;

/**
 * The program: Camel Main with the routes of {@code routes/} and the settings of {@code config/}, both read from the
 * working directory.
 */
public final class Payroutes {

    private Payroutes() {}

    public static void main(String[] args) {
        int exitCode = run(main(), args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * Runs until it is told to stop.
     *
     * @return 0, or another exit code if it did not start; then the reason has been printed
     */
    public static int run(Main main, String... args) {
        try {
            return main.run(args);
        } catch (Exception e) {
            System.err.println(
                    StartFailure.explain(e, new RouteFolder(main.configure().getRoutesIncludePattern())));
            return 1;
        }
    }

    /** The program as it is configured here, not yet started. */
    public static Main main() {
        Main main = new Main();
        String profile = profile();
        main.configure().withName("payroutes").withProfile(profile);
        main.configure()
                .withRoutesIncludePattern("file:routes/*.camel.yaml,file:routes/api/*.camel.yaml"
                        + (profile.equals("demo") ? ",file:routes/demo/*.camel.yaml" : ""));
        // The profile's own file comes first: the first location that knows a setting wins.
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setPropertyPlaceholderLocations(
                "file:config/application-" + profile + ".properties;optional=true,file:config/application.properties");
        main.configure().addConfiguration(new Wiring());
        main.addMainListener(new StartChecks(main));
        return main;
    }

    private static String profile() {
        String profile = System.getProperty("camel.main.profile", System.getenv("CAMEL_MAIN_PROFILE"));
        return profile == null ? "prod" : profile.toLowerCase(Locale.ROOT);
    }
}
