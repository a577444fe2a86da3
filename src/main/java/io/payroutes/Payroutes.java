package io.payroutes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.main.Main;
import picocli.CommandLine.Help.Ansi;

/**
 * The program: Camel Main with the routes of {@code routes/} and the settings of {@code config/}, both read from the
 * working directory.
 */
public final class Payroutes {

    private Payroutes() {}

    public static void main(String[] args) {
        // Stripe's library writes indexes in the digits of the machine's language, which Stripe does not read.
        Locale.setDefault(Locale.US);
        int exitCode = args.length > 0 && args[0].equals("reconcile")
                ? reconcile(Arrays.copyOfRange(args, 1, args.length))
                : run(main(), args);
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

    private static int reconcile(String[] args) {
        // The output is the command's alone: the log has what went wrong, and is for the other stream.
        System.setProperty("payroutes.log-level", "warn");
        System.setProperty("payroutes.log-target", "System.err");
        return ReconcileCommand.run(args, System.out, System.err, Ansi.AUTO.enabled());
    }

    /** The program as it is configured here, not yet started. */
    public static Main main() {
        String routes = "file:" + folder(Path.of("routes"));
        return main(routes + "/*.camel.yaml," + routes + "/api/*.camel.yaml," + routes + "/checkout/*.camel.yaml"
                + (profile().equals("demo") ? "," + routes + "/demo/*.camel.yaml" : ""));
    }

    /** Camel finds nothing in a folder that is a link itself, only in the one that it points to. */
    static String folder(Path routes) {
        try {
            return Files.isSymbolicLink(routes) ? routes.toRealPath().toString() : routes.toString();
        } catch (IOException e) {
            return routes.toString(); // it points nowhere, and will be missed under its name
        }
    }

    /** The program with some of its routes. */
    static Main main(String routes) {
        Main main = new Main();
        String profile = profile();
        main.configure().withName("payroutes").withProfile(profile);
        main.configure().withRoutesIncludePattern(routes);
        // The profile's own file comes first: the first location that knows a setting wins.
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setPropertyPlaceholderLocations(
                "file:config/application-" + profile + ".properties;optional=true,file:config/application.properties");
        IntakeFirst intakeFirst = new IntakeFirst();
        main.setRoutesCollector(intakeFirst);
        main.configure().addConfiguration(new Wiring(intakeFirst));
        main.addMainListener(new StartChecks(main));
        return main;
    }

    private static String profile() {
        String profile = System.getProperty("camel.main.profile", System.getenv("CAMEL_MAIN_PROFILE"));
        return profile == null ? "prod" : profile.toLowerCase(Locale.ROOT);
    }
}
