package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `rollout`: follows and steers a deployment's way from one template to the next.
@Command(name = "rollout", mixinStandardHelpOptions = true, description = "Follow and steer a deployment's rollout.", synopsisSubcommandLabel = "COMMAND")
final class RolloutCommand {

    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Wait until the rollout is complete.")
    int status(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments,
            @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "0s") String timeout) throws InterruptedException {
        var target = Target.one(connection, arguments);
        long limit = LogsCommand.seconds(timeout);
        var deadline = limit == 0 ? Instant.MAX : Instant.now().plus(Duration.ofSeconds(limit));
        String said = "";
        while (true) {
            var progress = RolloutProgress.of(connection.get(target.path(connection)));
            if (!progress.message().equals(said)) {
                said = progress.message();
                System.out.println(said);
            }
            switch (progress) {
                case RolloutProgress.Complete complete -> {
                    return 0;
                }
                case RolloutProgress.Failed failed -> throw new UsageException(failed.message());
                case RolloutProgress.Waiting waiting -> { }
            }
            if (Instant.now().isAfter(deadline)) {
                throw new UsageException("timed out waiting for the condition");
            }
            Thread.sleep(100);
        }
    }

    @Command(name = "history", mixinStandardHelpOptions = true, description = "Show the revisions that can be gone back to.")
    int history(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments) {
        var target = Target.one(connection, arguments);
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("REVISION", "CHANGE-CAUSE"));
        for (var set : revisions(connection, target)) {
            rows.add(List.of(Long.toString(revision(set)), set.path("metadata").path("annotations").path(CAUSE).asText("<none>")));
        }
        System.out.println(target);
        Columns.print(rows, System.out);
        return 0;
    }

    @Command(name = "undo", mixinStandardHelpOptions = true, description = "Go back to an earlier revision.")
    int undo(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments,
            @Option(names = "--to-revision", paramLabel = "N", defaultValue = "0", description = "Default: the one before the last.") long wanted) {
        var target = Target.one(connection, arguments);
        var revisions = revisions(connection, target);
        if (wanted == 0 && revisions.size() < 2) {
            throw new UsageException("no rollout history found for deployment \"" + target.name() + "\"");
        }
        var chosen = wanted == 0 ? revisions.get(revisions.size() - 2)
                : revisions.stream().filter(set -> revision(set) == wanted).findFirst()
                        .orElseThrow(() -> new UsageException("unable to find specified revision " + wanted + " in history"));
        var template = ((ObjectNode) chosen.path("spec").path("template")).deepCopy();
        if (template.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove("pod-template-hash");
        }
        connection.patch(target.path(connection), PatchType.JSON, List.of(Map.of("op", "replace", "path", "/spec/template", "value", template)));
        System.out.println(target + " rolled back");
        return 0;
    }

    @Command(name = "restart", mixinStandardHelpOptions = true, description = "Replace all pods, step by step.")
    int restart(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments) {
        var target = Target.one(connection, arguments);
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        connection.patch(target.path(connection), PatchType.MERGE, Map.of("spec", Map.of("template", Map.of("metadata",
                Map.of("annotations", Map.of("kubectl.kubernetes.io/restartedAt", now))))));
        System.out.println(target + " restarted");
        return 0;
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Let changes of the template wait.")
    int pause(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments) {
        return setPaused(connection, arguments, true, "paused");
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Go on after a pause.")
    int resume(@Mixin Connection connection, @Parameters(paramLabel = "TYPE/NAME", arity = "1..2") List<String> arguments) {
        return setPaused(connection, arguments, false, "resumed");
    }

    private static int setPaused(Connection connection, List<String> arguments, boolean paused, String done) {
        var target = Target.one(connection, arguments);
        connection.patch(target.path(connection), PatchType.MERGE, Map.of("spec", Map.of("paused", paused)));
        System.out.println(target + " " + done);
        return 0;
    }

    /// The deployment's replica sets, oldest revision first.
    private static List<JsonNode> revisions(Connection connection, Target target) {
        var deployment = connection.get(target.path(connection));
        var uid = deployment.path("metadata").path("uid").asText();
        return Output.items(connection.get(Kind.named(connection, "replicasets").path(connection.namespace()))).stream()
                .filter(set -> set.path("metadata").path("ownerReferences").path(0).path("uid").asText().equals(uid))
                .sorted(Comparator.comparingLong(RolloutCommand::revision)).toList();
    }

    private static long revision(JsonNode set) {
        return set.path("metadata").path("annotations").path(REVISION).asLong();
    }
}
