package io.moka.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The supervised shell that runs `moka renew` twice a day, so that a cluster that is never restarted keeps valid certificates. Between the runs there is only
/// one sleeping shell.
final class Renewal {

    private static final int PAUSE_SECONDS = 12 * 3600;
    /// The shell ends on SIGTERM, and the sleep with it. A signal that comes before the shell has the sleep's pid is acted on as soon as it has it.
    private static final String SCRIPT = "ending='' pause=''; trap 'ending=1; [ -z \"$pause\" ] || kill $pause' TERM; sleep " + PAUSE_SECONDS
            + " & pause=$!; [ -z \"$ending\" ] || kill $pause; wait $pause && exec \"$@\"";

    private Renewal() {
    }

    static Supervised of(Layout layout) {
        return new Supervised(layout.run(), layout.logs().resolve("renewal.log"), "renewal");
    }

    static void start(Distribution distribution, Layout layout) throws IOException {
        var command = new ArrayList<>(List.of("sh", "-c", SCRIPT, "renewal", Distribution.java().toString(), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", distribution.classPath("cluster"), Moka.class.getName()));
        command.addAll(List.of("renew", "--name", layout.name(), "--state-dir", layout.stateDir().toString()));
        of(layout).start(distribution.supervise(), command);
    }
}
