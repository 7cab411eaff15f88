package io.moka.cluster;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// What a command line of `moka` wrote and the status it ended with, run in this process.
///
/// @param out standard output
/// @param err standard error
record CommandRun(int status, String out, String err) {

    static CommandRun of(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        var terminal = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int status = Moka.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
            return new CommandRun(status, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(terminal);
        }
    }
}
