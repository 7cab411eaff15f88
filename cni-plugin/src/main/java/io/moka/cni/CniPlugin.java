package io.moka.cni;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The executable: reads the invocation, runs the verb, prints its result or error.
public final class CniPlugin {

    private CniPlugin() {
    }

    public static void main(String[] args) {
        boolean tearDown = args.length == 1 && args[0].equals("teardown");
        int status = run(tearDown ? Map.of("CNI_COMMAND", Teardown.COMMAND) : System.getenv(), System.in, System.out);
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    /// Returns the exit status: 0, or 1 with an error object printed.
    static int run(Map<String, String> environment, InputStream stdin, PrintStream stdout) {
        var version = Versions.NEWEST;
        try (var tools = command(environment).equals("ADD") ? WaitingTools.start(environment) : null) {
            if (tools != null) {
                Rehearsal.run(environment);
            }
            var input = read(stdin);
            version = Versions.of(input);
            var result = answer(environment, input, tools);
            if (!result.fields().isEmpty()) {
                stdout.println(result);
            }
            return 0;
        } catch (CniException e) {
            stdout.println(e.toJson(version));
            return 1;
        } catch (RuntimeException e) {
            stdout.println(new CniException(CniException.UNFORESEEN, "unforeseen: " + e, "").toJson(version));
            return 1;
        } catch (IOException e) {
            stdout.println(new CniException(CniException.IO_FAILURE, "input or output failed", String.valueOf(e.getMessage())).toJson(version));
            return 1;
        }
    }

    private static String command(Map<String, String> environment) {
        return environment.getOrDefault("CNI_COMMAND", "");
    }

    /// @param tools null unless the command is ADD
    private static JsonObject answer(Map<String, String> environment, JsonObject input, @Nullable WaitingTools tools) throws IOException {
        var command = command(environment);
        if (command.equals("VERSION")) {
            return Versions.report(input);
        }
        Versions.requireSupported(input);
        // Ports that cannot be read keep an attachment from being made, but not from being taken back.
        var network = NetworkConfig.parse(input, !command.equals("DEL"));
        return switch (command) {
            case "ADD" -> new Add(network, Attachment.withNamespace(environment), PolicyMark.of(network, environment), Objects.requireNonNull(tools)).run();
            case "DEL" -> new Del(network, Attachment.of(environment)).run();
            case "CHECK" -> new Check(network, Attachment.withNamespace(environment)).run();
            case "GC" -> new Gc(network).run();
            case "STATUS" -> new Status(network).run();
            case Teardown.COMMAND -> new Teardown(network).run();
            default -> throw new CniException(CniException.INVALID_ENVIRONMENT, "unknown CNI_COMMAND: \"" + command + "\"", "");
        };
    }

    private static JsonObject read(InputStream stdin) throws IOException {
        var text = stdin.readAllBytes();
        try {
            return JsonObject.parse(text);
        } catch (IOException e) {
            throw new CniException(CniException.DECODE_FAILURE, "the network configuration is not a JSON object", String.valueOf(e.getMessage()));
        }
    }
}
