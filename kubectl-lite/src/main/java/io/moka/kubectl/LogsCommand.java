package io.moka.kubectl;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `logs`: what a container has written.
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Show what a container has written.")
final class LogsCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "POD")
    private String pod = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "CONTAINER")
    private @Nullable String positional;

    @Option(names = {"-c", "--container"}, paramLabel = "NAME", description = "Which container.")
    private @Nullable String container;

    @Option(names = {"-f", "--follow"}, description = "Go on as more is written.")
    private boolean follow;

    @Option(names = {"-p", "--previous"}, description = "Of the container before the last restart.")
    private boolean previous;

    @Option(names = "--timestamps", description = "With the time of each line.")
    private boolean timestamps;

    @Option(names = "--tail", paramLabel = "LINES", defaultValue = "-1", description = "Only the last lines.")
    private long tail = -1;

    @Option(names = "--since", paramLabel = "DURATION", description = "Only what is newer: 5s, 2m, 3h.")
    private @Nullable String since;

    @Override
    public Integer call() throws IOException {
        var path = Target.podPath(connection, pod) + "/log";
        try (var body = connection.client().open(path, query(), Map.of("Accept", "*/*"))) {
            var buffer = new byte[8192];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                System.out.write(buffer, 0, read);
                System.out.flush();
            }
        }
        return 0;
    }

    private Map<String, String> query() {
        var query = new LinkedHashMap<String, String>();
        var chosen = container != null ? container : positional;
        if (chosen != null) {
            query.put("container", chosen);
        }
        flag(query, "follow", follow);
        flag(query, "previous", previous);
        flag(query, "timestamps", timestamps);
        if (tail >= 0) {
            query.put("tailLines", Long.toString(tail));
        }
        if (since != null) {
            query.put("sinceSeconds", Long.toString(seconds(since)));
        }
        return query;
    }

    private static void flag(Map<String, String> query, String name, boolean set) {
        if (set) {
            query.put(name, "true");
        }
    }

    static long seconds(String duration) {
        if (!duration.matches("[0-9]+[smh]")) {
            throw new UsageException("\"" + duration + "\" is not a duration such as 5s, 2m or 3h");
        }
        long number = Long.parseLong(duration.substring(0, duration.length() - 1));
        return switch (duration.charAt(duration.length() - 1)) {
            case 's' -> number;
            case 'm' -> number * 60;
            default -> number * 3600;
        };
    }
}
