package io.payroutes.demo;

import io.payroutes.Payroutes;
import org.apache.camel.main.Main;

/**
 * The program with stand-in partners in the same process: an ERP, a mailbox and a sender of signed sample events. It
 * tells a short story in the log and goes on running.
 */
public final class Demo {
    private Demo() {}

    public static void main(String[] args) {
        System.setProperty("camel.main.profile", "demo");
        Main main = Payroutes.main();
        main.configure().addConfiguration(new DemoPartners());
        int exitCode = Payroutes.run(main, args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
