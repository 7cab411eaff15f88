package io.moka.kubectl;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `wait`: until objects are as wanted.
@Command(name = "wait", mixinStandardHelpOptions = true, description = "Wait until objects are as wanted.")
final class WaitCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofDays(7);

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Selection selection = new Selection();

    @Option(names = "--for", paramLabel = "STATE", required = true,
            description = "condition=TYPE[=VALUE], jsonpath='{PATH}'[=VALUE], delete or create.")
    private List<String> states = List.of();

    @Option(names = "--all", description = "All objects of the type.")
    private boolean all;

    @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "30s", description = "How long to wait; 0 looks once, less than 0 waits a week (${DEFAULT-VALUE}).")
    private String timeout = "30s";

    @Override
    public Integer call() throws IOException, InterruptedException {
        var wanted = states.stream().map(WaitState::parse).toList();
        var limit = Limit.parse(timeout);
        long deadline = System.nanoTime() + (limit.isNegative() ? LONG : limit).toNanos();
        var items = selection.items(connection, all);
        if (items.isEmpty()) {
            throw new UsageException("no matching resources found");
        }
        boolean well = true;
        for (var item : items) {
            for (var state : wanted) {
                well &= await(item, state, deadline, limit.isZero());
            }
        }
        return well ? 0 : 1;
    }

    private boolean await(Selection.Item item, WaitState wanted, long deadline, boolean once) throws InterruptedException {
        while (true) {
            var object = connection.find(item.path());
            if (wanted.isMetBy(object)) {
                System.out.println(item + " condition met");
                return true;
            }
            if (object == null && !(wanted instanceof WaitState.Created)) {
                connection.get(item.path());
            }
            if (once || System.nanoTime() - deadline > 0) {
                System.err.println("error: " + (once ? "condition not met for " : "timed out waiting for the condition on ") + item.kind().type().plural() + "/" + item.name());
                return false;
            }
            Thread.sleep(POLL);
        }
    }
}
